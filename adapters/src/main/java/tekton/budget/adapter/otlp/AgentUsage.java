package tekton.budget.adapter.otlp;

import tekton.budget.adapter.CacheShape;
import tekton.budget.adapter.ForeignCall;

/** Coding agents that count in words of their own. */
final class AgentUsage {

    private AgentUsage() {}

    /**
     * Claude Code's spans and {@code api_request} events: Anthropic's counts under shorter names,
     * so the input lacks what was cached (code.claude.com, "Monitoring").
     */
    static boolean readClaude(OtlpItem item, ForeignCall call) {
        OtlpAttributes said = item.attributes();
        if (said.count("input_tokens") == null && said.count("output_tokens") == null) {
            return false;
        }
        call.tokens()
                .cache(CacheShape.OUTSIDE)
                .input(said.countOrZero("input_tokens"))
                .output(said.countOrZero("output_tokens"))
                .cacheRead(said.countOrZero("cache_read_tokens"))
                .cacheWrite(said.countOrZero("cache_creation_tokens"));
        return true;
    }

    /**
     * Codex' {@code codex.sse_event}: OpenAI's counts, so the input contains what was cached and
     * the output reasoning. Its {@code tool_token_count} is the total (openai/codex, {@code
     * session_telemetry.rs}).
     */
    static boolean readCodex(OtlpItem item, ForeignCall call) {
        OtlpAttributes said = item.attributes();
        if (said.count("input_token_count") == null && said.count("output_token_count") == null) {
            return false;
        }
        call.tokens()
                .input(said.countOrZero("input_token_count"))
                .output(said.countOrZero("output_token_count"))
                .total(said.count("tool_token_count"))
                .cacheRead(said.countOrZero("cached_token_count"))
                .cacheWrite(said.countOrZero("cache_write_token_count"))
                .reasoning(said.countOrZero("reasoning_token_count"));
        return true;
    }
}
