package tekton.budget.adapter.otlp;

import tekton.budget.adapter.ForeignCall;
import tekton.budget.value.Providers;

import java.util.Locale;

/**
 * The one source in a span from which its tokens are read. Spans often have several that count
 * differently, so sources are never mixed; the one that says more comes first.
 */
final class UsageDialects {

    private UsageDialects() {}

    /**
     * Reads the tokens of a span.
     *
     * @return false if it tells of none, which is nothing to count, not a call of zero tokens
     */
    static boolean read(OtlpItem span, ForeignCall call) {
        boolean told =
                LangfuseUsage.read(span, call)
                        || AiSdkUsage.read(span, call)
                        || GenAiUsage.read(span, call)
                        || OpenInferenceUsage.read(span, call)
                        || (span.name().equals(InferenceMarks.CLAUDE_SPAN)
                                && AgentUsage.readClaude(span, call));
        return told && !call.tokens().isNone();
    }

    /** Whether the provider's own count of input lacks what was cached: Anthropic, Bedrock. */
    static boolean isCachedOutside(OtlpItem item) {
        String provider = OtlpCalls.provider(item);
        String model = OtlpCalls.model(item);
        if (provider != null && Providers.named(provider).equals("bedrock")) {
            return true;
        }
        return (provider != null && provider.toLowerCase(Locale.ROOT).contains("anthropic"))
                || (model != null && model.toLowerCase(Locale.ROOT).contains("claude"));
    }
}
