package tekton.budget.adapter;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;
import tekton.budget.value.UsageBounds;

/**
 * Tokens as a foreign format counts them. Names lie: gateways and compatible servers use one
 * provider's words with another's meaning. So a total decides what includes what, if there is one,
 * and the format's shape only if not. Parts above their whole are cut, never refused: real senders
 * count cached audio as both.
 *
 * <p>One thread. A count below zero is zero.
 */
public final class ForeignTokens {

    private long input;
    private long output;
    private @Nullable Long total;
    private long cacheRead;
    private long cacheWrite;
    private long cacheWrite1h;
    private long reasoning;
    private boolean reasoningOutside;
    private long toolUse;
    private long audioInput;
    private long audioOutput;
    private long imageInput;
    private long imageOutput;
    private CacheShape cache = CacheShape.INSIDE;
    private boolean clamped;

    /**
     * As Budget counts them.
     *
     * @param counts input with all that is cached, output with reasoning
     * @param details no part in two classes
     * @param clamped whether something was cut to fit
     */
    public record Normal(TokenCounts counts, TokenDetails details, boolean clamped) {}

    /** The input, with or without what {@link #cache} says. */
    public ForeignTokens input(long tokens) {
        input = notNegative(tokens);
        return this;
    }

    /** The output, with or without reasoning. */
    public ForeignTokens output(long tokens) {
        output = notNegative(tokens);
        return this;
    }

    /** The format's own sum; null where there is none. */
    public ForeignTokens total(@Nullable Long tokens) {
        total = tokens;
        return this;
    }

    public ForeignTokens cacheRead(long tokens) {
        cacheRead = notNegative(tokens);
        return this;
    }

    /** All that was written to a cache, the hour's included. */
    public ForeignTokens cacheWrite(long tokens) {
        cacheWrite = notNegative(tokens);
        return this;
    }

    /** The part of {@link #cacheWrite} that is kept for an hour. */
    public ForeignTokens cacheWrite1h(long tokens) {
        cacheWrite1h = notNegative(tokens);
        return this;
    }

    /** Reasoning that the output contains, unless the total says otherwise. */
    public ForeignTokens reasoning(long tokens) {
        reasoning = notNegative(tokens);
        return this;
    }

    /** Reasoning that the output does not contain, unless the total says otherwise. */
    public ForeignTokens reasoningOutside(long tokens) {
        reasoningOutside = true;
        return reasoning(tokens);
    }

    /** Input beside the input: what tools put into the prompt, at Google. */
    public ForeignTokens toolUse(long tokens) {
        toolUse = notNegative(tokens);
        return this;
    }

    /** Audio in the input that was not read from a cache. */
    public ForeignTokens audioInput(long tokens) {
        audioInput = notNegative(tokens);
        return this;
    }

    public ForeignTokens audioOutput(long tokens) {
        audioOutput = notNegative(tokens);
        return this;
    }

    /** Images in the input that were not read from a cache. */
    public ForeignTokens imageInput(long tokens) {
        imageInput = notNegative(tokens);
        return this;
    }

    public ForeignTokens imageOutput(long tokens) {
        imageOutput = notNegative(tokens);
        return this;
    }

    public ForeignTokens cache(CacheShape shape) {
        cache = shape;
        return this;
    }

    /** True when there is not one token. */
    public boolean isNone() {
        return (input | output | cacheRead | cacheWrite | reasoning | toolUse) == 0;
    }

    /** As Budget counts them. */
    public Normal normal() {
        long in = cut(input + toolUse, UsageBounds.TOKENS_MAX);
        long out = cut(output + (lacksReasoning(in) ? reasoning : 0), UsageBounds.TOKENS_MAX);
        if (lacksCache(in, out)) {
            in = cut(in + cacheRead + cacheWrite, UsageBounds.TOKENS_MAX);
        }
        long read = cut(cacheRead, in);
        long write = cut(cacheWrite, in - read);
        long write1h = cut(cacheWrite1h, write);
        long audioIn = cut(audioInput, in - read - write);
        long imageIn = cut(imageInput, in - read - write - audioIn);
        long thought = cut(reasoning, out);
        long audioOut = cut(audioOutput, out - thought);
        long imageOut = cut(imageOutput, out - thought - audioOut);
        return new Normal(
                new TokenCounts(in, out, read, write, thought),
                new TokenDetails(write1h, audioIn, audioOut, imageIn, imageOut),
                clamped);
    }

    /** Where the sums of both readings are the total, or of neither, the shape decides. */
    private boolean lacksReasoning(long in) {
        if (total == null || reasoning == 0) {
            return reasoningOutside;
        }
        long cached = cache == CacheShape.OUTSIDE ? cacheRead + cacheWrite : 0;
        boolean inside = total == in + output || total == in + output + cached;
        boolean outside =
                total == in + output + reasoning || total == in + output + reasoning + cached;
        return inside == outside ? reasoningOutside : outside;
    }

    private boolean lacksCache(long in, long out) {
        long cached = cacheRead + cacheWrite;
        if (cached > in || cache == CacheShape.OUTSIDE) {
            return true;
        }
        return cache == CacheShape.INSIDE
                && cached > 0
                && total != null
                && total == in + out + cached;
    }

    private long cut(long tokens, long most) {
        if (tokens > most) {
            clamped = true;
            return most;
        }
        return tokens;
    }

    /** Far above every bound and far below an overflow of their sums. */
    private long notNegative(long tokens) {
        if (tokens < 0 || tokens > 1_000 * UsageBounds.TOKENS_MAX) {
            clamped = true;
        }
        return Math.clamp(tokens, 0, 1_000 * UsageBounds.TOKENS_MAX);
    }
}
