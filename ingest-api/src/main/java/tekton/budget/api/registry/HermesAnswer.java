package tekton.budget.api.registry;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Hermes' answers mean. Whatever is in them, an outcome comes out. */
final class HermesAnswer {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final int ID_LENGTH_MAX = 256;
    private static final int TOKEN_LENGTH_MAX = 8_192;

    private HermesAnswer() {}

    /**
     * The outcome of a call.
     *
     * @param body of an answer with a status of success; else it does not matter
     */
    static HermesOutcome read(Step step, int status, byte[] body) {
        String why = "answered " + status;
        if (status < 200 || status > 299) {
            return HermesOutcome.of(result(status), why);
        }
        if (body.length == 0) {
            return HermesOutcome.accepted();
        }
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JacksonException notJson) {
            return HermesOutcome.of(
                    HermesOutcome.CallResult.FAILED, why + " with something else than JSON");
        }
        return step.task() == Step.CallPurpose.LOOK ? listed(json, step) : taken(json, step, why);
    }

    /** What Hermes calls a tool that it has taken; null if it has not. */
    static @Nullable String toolId(int status, byte[] body) {
        if (status / 100 != 2) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(body);
            String spelt = text(json.get("toolId"));
            String id = spelt != null ? spelt : text(json.get("tool_id"));
            return id != null && fitsId(id) ? id : null;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    private static HermesOutcome.CallResult result(int status) {
        return switch (status) {
            case 401, 403 -> HermesOutcome.CallResult.NOT_KNOWN;
            case 404, 405 -> HermesOutcome.CallResult.NO_SUCH_PATH;
            case 422 -> HermesOutcome.CallResult.MISSHAPEN;
            default -> HermesOutcome.CallResult.FAILED;
        };
    }

    private static HermesOutcome taken(JsonNode json, Step step, String why) {
        if (!json.isObject()) {
            return HermesOutcome.of(
                    HermesOutcome.CallResult.FAILED, why + " with something else than an object");
        }
        JsonNode success = json.get("success");
        if (success != null && success.isBoolean() && !success.booleanValue()) {
            return HermesOutcome.of(
                    step.task() == Step.CallPurpose.REGISTER
                            ? HermesOutcome.CallResult.FAILED
                            : HermesOutcome.CallResult.NOT_KNOWN,
                    why + " that it had no success");
        }
        if (step.task() != Step.CallPurpose.REGISTER) {
            return HermesOutcome.accepted();
        }
        String id = componentId(json);
        String token = text(json.get("token"));
        if (token != null && !fitsHeader(token)) {
            return HermesOutcome.of(
                    HermesOutcome.CallResult.FAILED, why + " with a token that is no header");
        }
        return new HermesOutcome(
                HermesOutcome.CallResult.ACCEPTED,
                why,
                id != null && fitsId(id) ? id : null,
                token);
    }

    /** Whether a list of components, bare or named so, has the entry. */
    private static HermesOutcome listed(JsonNode json, Step step) {
        JsonNode components = json.isArray() ? json : json.get("components");
        if (components == null || !components.isArray()) {
            return HermesOutcome.of(HermesOutcome.CallResult.FAILED, "answered without a list");
        }
        for (JsonNode component : components) {
            if (step.componentId().equals(componentId(component))) {
                return HermesOutcome.accepted();
            }
        }
        return HermesOutcome.of(HermesOutcome.CallResult.NOT_KNOWN, "does not list it any more");
    }

    /** Hermes spells it either way. */
    private static @Nullable String componentId(JsonNode json) {
        String id = text(json.get("component_id"));
        return id != null ? id : text(json.get("componentId"));
    }

    private static @Nullable String text(@Nullable JsonNode value) {
        return value != null && value.isString() && !value.stringValue().isEmpty()
                ? value.stringValue()
                : null;
    }

    private static boolean fitsId(String id) {
        return id.length() <= ID_LENGTH_MAX && id.chars().noneMatch(Character::isISOControl);
    }

    private static boolean fitsHeader(String token) {
        return token.length() <= TOKEN_LENGTH_MAX
                && token.equals(token.strip())
                && token.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
