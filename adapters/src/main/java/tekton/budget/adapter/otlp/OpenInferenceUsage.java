package tekton.budget.adapter.otlp;

import tekton.budget.adapter.ForeignCall;

/**
 * OpenInference's {@code llm.token_count.*}. The prompt contains what was cached since
 * Arize-ai/openinference pull request 1429; before that the total tells.
 */
final class OpenInferenceUsage {

    private static final String INPUT = "llm.token_count.prompt";
    private static final String OUTPUT = "llm.token_count.completion";

    private OpenInferenceUsage() {}

    static boolean read(OtlpItem item, ForeignCall call) {
        OtlpAttributes said = item.attributes();
        if (said.count(INPUT) == null && said.count(OUTPUT) == null) {
            return false;
        }
        call.tokens()
                .input(said.countOrZero(INPUT))
                .output(said.countOrZero(OUTPUT))
                .total(said.count("llm.token_count.total"))
                .cacheRead(said.countOrZero("llm.token_count.prompt_details.cache_read"))
                .cacheWrite(said.countOrZero("llm.token_count.prompt_details.cache_write"))
                .audioInput(said.countOrZero("llm.token_count.prompt_details.audio"))
                .reasoning(said.countOrZero("llm.token_count.completion_details.reasoning"))
                .audioOutput(said.countOrZero("llm.token_count.completion_details.audio"));
        return true;
    }
}
