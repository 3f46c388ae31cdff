package tekton.budget.event;

import java.util.List;

/**
 * Rates that may depend on how much input a request has.
 *
 * @param rates what holds for any request
 * @param longContext what replaces it for requests with much input, ascending, at most {@link
 *     #LONG_CONTEXT_MAX}
 */
public record TieredRates(Rates rates, List<LongContextRates> longContext) {

    /** The most long-context tiers of one price. */
    public static final int LONG_CONTEXT_MAX = 16;

    /**
     * What a whole request costs from a size on: all of its tokens, output too, not only those
     * beyond. Every provider that has such prices counts alike, with the cached part in the size:
     *
     * <ul>
     *   <li>OpenAI: <a href="https://developers.openai.com/api/docs/models/gpt-6.2-sol">"for
     *       requests with more than 272K input tokens [...] for the full request"</a>.
     *   <li>Anthropic: <a href="https://docs.anthropic.com/en/docs/about-claude/pricing">above 200K
     *       input tokens</a>, where the sum of {@code input_tokens}, {@code
     *       cache_creation_input_tokens} and {@code cache_read_input_tokens} counts.
     *   <li>Google: <a href="https://ai.google.dev/gemini-api/docs/pricing">"prompts &gt; 200k
     *       tokens"</a>.
     *   <li>xAI: <a href="https://docs.x.ai/developers/pricing">"for all tokens in a request once
     *       its prompt reaches the model's long context threshold"</a>: above one token less.
     * </ul>
     *
     * @param aboveInputTokens requests with more input tokens than this, at least 1; cached and
     *     cache write tokens count
     * @param rates what they cost instead; what is absent costs what it costs below
     */
    public record LongContextRates(long aboveInputTokens, Rates rates) {

        public LongContextRates {
            if (aboveInputTokens < 1) {
                throw new IllegalArgumentException(
                        "long_context.above_input_tokens: %d (expected: at least 1)"
                                .formatted(aboveInputTokens));
            }
        }
    }

    public TieredRates {
        longContext = List.copyOf(longContext);
        if (longContext.size() > LONG_CONTEXT_MAX) {
            throw new IllegalArgumentException(
                    "long_context: %d tiers (expected: at most %d)"
                            .formatted(longContext.size(), LONG_CONTEXT_MAX));
        }
        for (int i = 1; i < longContext.size(); i++) {
            long below = longContext.get(i - 1).aboveInputTokens();
            long above = longContext.get(i).aboveInputTokens();
            if (above <= below) {
                throw new IllegalArgumentException(
                        "long_context.above_input_tokens: %d after %d (expected: ascending)"
                                .formatted(above, below));
            }
        }
    }

    /** Rates that hold for any request. */
    public static TieredRates flat(Rates rates) {
        return new TieredRates(rates, List.of());
    }
}
