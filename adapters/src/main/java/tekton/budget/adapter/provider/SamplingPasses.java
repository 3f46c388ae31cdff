package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The passes of one message of Anthropic, in {@code usage.iterations}. Each is billed, some at
 * another model's price, and the counts at the top leave out those that summarise and those that
 * advise; the input at the top may be the first pass's alone (platform.claude.com/docs,
 * "Compaction" and "Advisor tool"). The output at the top is always the sum of the others' output:
 * where it is not, the passes are not understood and the top counts.
 */
final class SamplingPasses {

    private static final Set<String> LEFT_OUT = Set.of("compaction", "advisor_message");

    private SamplingPasses() {}

    /** Whether a usage lists more than itself. */
    static boolean areIn(JsonNode usage) {
        JsonNode iterations = ForeignJson.at(usage, "iterations");
        return iterations.isArray() && iterations.size() > 1;
    }

    /** A usage for each pass, at least two; null if the usage is one and whole. */
    static @Nullable List<JsonNode> of(JsonNode usage) {
        JsonNode iterations = ForeignJson.at(usage, "iterations");
        Long top = ForeignJson.countOrNull(usage, "output_tokens");
        if (!areIn(usage) || iterations.size() > ProviderAnswers.CALLS_MAX || top == null) {
            return null;
        }
        long all = 0;
        long others = 0;
        List<JsonNode> passes = new ArrayList<>(iterations.size());
        for (JsonNode iteration : iterations) {
            Long output = ForeignJson.countOrNull(iteration, "output_tokens");
            Long input = ForeignJson.countOrNull(iteration, "input_tokens");
            if (output == null || input == null || output < 0 || output > Integer.MAX_VALUE) {
                return null;
            }
            String type = ForeignJson.text(iteration, "type");
            all += output;
            others += type != null && LEFT_OUT.contains(type) ? 0 : output;
            passes.add(served(iteration, usage));
        }
        return top == all || top == others ? passes : null;
    }

    /** How the message was served holds for its passes. */
    private static JsonNode served(JsonNode iteration, JsonNode usage) {
        ObjectNode pass = ((ObjectNode) iteration).deepCopy();
        for (String name : List.of("service_tier", "speed", "inference_geo")) {
            JsonNode value = ForeignJson.at(usage, name);
            if (value.isValueNode() && !pass.has(name)) {
                pass.set(name, value);
            }
        }
        return pass;
    }
}
