package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Set;

/**
 * Whether a span tells of one call of a model, and not of an agent, a chain or a tool, which repeat
 * the sum of their calls. The conventions say that consumers add up the spans of inference
 * (semantic-conventions-genai, {@code gen-ai-agent-spans.md} and issue 460). A mark that says
 * something else outweighs one that says inference.
 */
final class InferenceMarks {

    /** The span of a call of Claude Code, whose traces are a beta. */
    static final String CLAUDE_SPAN = "claude_code.llm_request";

    /**
     * {@code gen_ai.operation.name} of the conventions, and of older emitters: Semantic Kernel's
     * with a dot, and LiteLLM's {@code call_type}.
     */
    private static final Set<String> OPERATIONS =
            Set.of(
                    "chat",
                    "text_completion",
                    "generate_content",
                    "embeddings",
                    "completion",
                    "chat.completions",
                    "text.completions",
                    "embedding",
                    "responses",
                    "acompletion",
                    "atext_completion",
                    "aembedding",
                    "aresponses",
                    "anthropic_messages");

    /** Of Traceloop's {@code traceloop.span.kind}: those that are no calls. */
    private static final Set<String> TRACELOOP_OTHERS = Set.of("workflow", "agent", "task", "tool");

    /** {@code llm.request.type} of OpenLLMetry and LiteLLM. */
    private static final Set<String> REQUEST_TYPES =
            Set.of(
                    "chat",
                    "completion",
                    "embedding",
                    "acompletion",
                    "text_completion",
                    "atext_completion",
                    "aembedding",
                    "responses",
                    "aresponses",
                    "anthropic_messages");

    private InferenceMarks() {}

    static boolean isInference(OtlpItem span, OtlpMapping mapping) {
        OtlpAttributes said = span.attributes();
        String operation = lower(said.text("gen_ai.operation.name"));
        if (operation.equals("invoke_agent")) {
            return mapping.hostedAgents() && span.client();
        }
        String openInference = lower(said.text("openinference.span.kind"));
        String langfuse = lower(said.text("langfuse.observation.type"));
        String aiSdk = lower(said.text("ai.operationId"));
        if (TRACELOOP_OTHERS.contains(lower(said.text("traceloop.span.kind")))
                || isOther(openInference, "llm", "embedding")
                || isOther(langfuse, "generation", "embedding")) {
            return false;
        }
        if (!operation.isEmpty()) {
            return OPERATIONS.contains(operation);
        }
        if (!aiSdk.isEmpty()) {
            return aiSdk.endsWith(".dogenerate")
                    || aiSdk.endsWith(".dostream")
                    || aiSdk.endsWith(".doembed");
        }
        return !openInference.isEmpty()
                || !langfuse.isEmpty()
                || span.name().equals(CLAUDE_SPAN)
                || REQUEST_TYPES.contains(lower(said.text("llm.request.type")));
    }

    private static boolean isOther(String kind, String one, String other) {
        return !kind.isEmpty() && !kind.equals(one) && !kind.equals(other);
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }
}
