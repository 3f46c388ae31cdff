package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.util.ArrayList;
import java.util.List;

/**
 * Rates with every gap filled, laid out for the hot path. Pico-USD per token and per request.
 *
 * <p>The products are exact, and none overflows: the parts of a record's input, at most 1e9 tokens
 * together, at most 1e9 pico-USD each, make 1e18, and so do those of its output.
 */
record FlatRates(
        long input,
        long output,
        long cachedInput,
        long cacheWrite,
        long cacheWrite1h,
        long reasoning,
        long audioInput,
        long audioOutput,
        long imageInput,
        long imageOutput,
        long request) {

    /** What complete rates say of every class. */
    static FlatRates of(Rates rates) {
        return new FlatRates(
                rates.input(),
                rates.output(),
                filled(rates, RateClass.CACHED_INPUT),
                filled(rates, RateClass.CACHE_WRITE),
                filled(rates, RateClass.CACHE_WRITE_1H),
                filled(rates, RateClass.REASONING),
                filled(rates, RateClass.AUDIO_INPUT),
                filled(rates, RateClass.AUDIO_OUTPUT),
                filled(rates, RateClass.IMAGE_INPUT),
                filled(rates, RateClass.IMAGE_OUTPUT),
                filled(rates, RateClass.REQUEST));
    }

    /** What one token of a class, or one request, costs. */
    long of(RateClass rateClass) {
        return switch (rateClass) {
            case INPUT -> input;
            case OUTPUT -> output;
            case CACHED_INPUT -> cachedInput;
            case CACHE_WRITE -> cacheWrite;
            case CACHE_WRITE_1H -> cacheWrite1h;
            case REASONING -> reasoning;
            case AUDIO_INPUT -> audioInput;
            case AUDIO_OUTPUT -> audioOutput;
            case IMAGE_INPUT -> imageInput;
            case IMAGE_OUTPUT -> imageOutput;
            case REQUEST -> request;
        };
    }

    /** What a token costs at most, whatever its class. */
    long dearest() {
        long ofOutput = Math.max(Math.max(output, reasoning), Math.max(audioOutput, imageOutput));
        return Math.max(dearestInput(), ofOutput);
    }

    /** What a token of the input costs at most. */
    long dearestInput() {
        return Math.max(
                Math.max(input, cachedInput),
                Math.max(Math.max(cacheWrite, cacheWrite1h), Math.max(audioInput, imageInput)));
    }

    /** The cost of the input, every token in one class. */
    long inputCost(TokenCounts tokens, TokenDetails details) {
        long cost = Math.multiplyExact(plainInput(tokens, details), input);
        cost = add(cost, tokens.cachedInput(), cachedInput);
        cost = add(cost, shortCacheWrite(tokens, details), cacheWrite);
        cost = add(cost, details.cacheWrite1h(), cacheWrite1h);
        cost = add(cost, details.audioInput(), audioInput);
        return add(cost, details.imageInput(), imageInput);
    }

    /** The cost of the output, every token in one class. */
    long outputCost(TokenCounts tokens, TokenDetails details) {
        long cost = Math.multiplyExact(plainOutput(tokens, details), output);
        cost = add(cost, tokens.reasoning(), reasoning);
        cost = add(cost, details.audioOutput(), audioOutput);
        return add(cost, details.imageOutput(), imageOutput);
    }

    /** What the costs above are made of: every class that has tokens, and the request itself. */
    List<ChargeLine> lines(TokenCounts tokens, TokenDetails details) {
        List<ChargeLine> lines = new ArrayList<>();
        line(lines, RateClass.INPUT, plainInput(tokens, details), input);
        line(lines, RateClass.CACHED_INPUT, tokens.cachedInput(), cachedInput);
        line(lines, RateClass.CACHE_WRITE, shortCacheWrite(tokens, details), cacheWrite);
        line(lines, RateClass.CACHE_WRITE_1H, details.cacheWrite1h(), cacheWrite1h);
        line(lines, RateClass.AUDIO_INPUT, details.audioInput(), audioInput);
        line(lines, RateClass.IMAGE_INPUT, details.imageInput(), imageInput);
        line(lines, RateClass.OUTPUT, plainOutput(tokens, details), output);
        line(lines, RateClass.REASONING, tokens.reasoning(), reasoning);
        line(lines, RateClass.AUDIO_OUTPUT, details.audioOutput(), audioOutput);
        line(lines, RateClass.IMAGE_OUTPUT, details.imageOutput(), imageOutput);
        line(lines, RateClass.REQUEST, request > 0 ? 1 : 0, request);
        return lines;
    }

    private static void line(
            List<ChargeLine> lines, RateClass rateClass, long quantity, long ratePico) {
        if (quantity > 0) {
            lines.add(new ChargeLine(rateClass, quantity, ratePico));
        }
    }

    private static long plainInput(TokenCounts tokens, TokenDetails details) {
        return tokens.input()
                - tokens.cachedInput()
                - tokens.cacheWrite()
                - details.audioInput()
                - details.imageInput();
    }

    private static long shortCacheWrite(TokenCounts tokens, TokenDetails details) {
        return tokens.cacheWrite() - details.cacheWrite1h();
    }

    private static long plainOutput(TokenCounts tokens, TokenDetails details) {
        return tokens.output() - tokens.reasoning() - details.audioOutput() - details.imageOutput();
    }

    private static long add(long cost, long tokens, long rate) {
        return Math.addExact(cost, Math.multiplyExact(tokens, rate));
    }

    private static long filled(Rates rates, RateClass wanted) {
        for (@Nullable RateClass at = wanted; at != null; at = at.whole()) {
            Long rate = rates.of(at);
            if (rate != null) {
                return rate;
            }
        }
        // Only a request has no whole and may have no rate.
        return 0;
    }
}
