package tekton.budget.value;

/**
 * Parts of one record's {@link TokenCounts} that some price lists tell apart and no total does.
 *
 * <p>Every part stands in one class only: an audio or image token that was read from a cache or
 * written to one is a cached or cache write token, and none of these.
 *
 * @param cacheWrite1h the part of the cache write that is kept for an hour; the rest is kept for
 *     the provider's shorter time (5 minutes)
 * @param audioInput the part of the input that is audio
 * @param audioOutput the part of the output that is audio
 * @param imageInput the part of the input that is images
 * @param imageOutput the part of the output that is images
 */
public record TokenDetails(
        long cacheWrite1h, long audioInput, long audioOutput, long imageInput, long imageOutput) {

    /** Nothing told apart. */
    public static final TokenDetails NONE = new TokenDetails(0, 0, 0, 0, 0);

    public TokenDetails {
        if (cacheWrite1h < 0
                || audioInput < 0
                || audioOutput < 0
                || imageInput < 0
                || imageOutput < 0) {
            throw new IllegalArgumentException(
                    ("token details: %d cache write 1 h, %d audio in, %d audio out, %d image in,"
                                    + " %d image out (expected: none below 0)")
                            .formatted(
                                    cacheWrite1h,
                                    audioInput,
                                    audioOutput,
                                    imageInput,
                                    imageOutput));
        }
    }

    /** True when nothing is told apart. */
    public boolean isNone() {
        return cacheWrite1h == 0
                && audioInput == 0
                && audioOutput == 0
                && imageInput == 0
                && imageOutput == 0;
    }

    /** True when no part, together with the other parts of its whole, exceeds it. */
    public boolean fit(TokenCounts tokens) {
        return cacheWrite1h <= tokens.cacheWrite()
                && audioInput + imageInput
                        <= tokens.input() - tokens.cachedInput() - tokens.cacheWrite()
                && audioOutput + imageOutput <= tokens.output() - tokens.reasoning();
    }
}
