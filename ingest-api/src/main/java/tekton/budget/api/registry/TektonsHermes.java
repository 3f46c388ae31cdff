package tekton.budget.api.registry;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells Tekton's own Hermes from others that speak the same protocol: it takes registrations where
 * the guide has none, and its token is a JSON text of its own make, a payload with its signature.
 */
final class TektonsHermes {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TektonsHermes() {}

    /** Whether such an answer to that call is Tekton's. */
    static boolean gave(Step step, HermesOutcome outcome) {
        return step.task() == Step.CallPurpose.REGISTER
                && step.family() == Family.REAL
                && outcome.result() == HermesOutcome.CallResult.ACCEPTED
                && isToken(outcome.token());
    }

    private static boolean isToken(@Nullable String token) {
        if (token == null) {
            return false;
        }
        try {
            JsonNode json = JSON.readTree(token);
            return json.path("payload").isObject() && json.path("signature").isString();
        } catch (JacksonException another) {
            return false;
        }
    }
}
