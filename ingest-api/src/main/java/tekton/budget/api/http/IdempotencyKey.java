package tekton.budget.api.http;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

/** The header that makes a repeated request recognisable. */
public final class IdempotencyKey {

    /** The header. */
    public static final String HEADER = "Idempotency-Key";

    /** Shorter than a record id by {@code #} and an index, so that a batch's ids fit too. */
    static final int LENGTH_MAX = 240;

    private IdempotencyKey() {}

    /**
     * The request's key, or null if it has none.
     *
     * @throws ProblemException 422 if it is empty, too long or not plain text
     */
    public static @Nullable String of(HttpServletRequest request) {
        String key = request.getHeader(HEADER);
        if (key == null) {
            return null;
        }
        if (!isOne(key)) {
            throw new ProblemException(
                    Problem.invalid(
                            "header",
                            HEADER,
                            key,
                            "1 to %d printable ASCII characters".formatted(LENGTH_MAX)));
        }
        return key;
    }

    /** Whether a text may be a key. */
    public static boolean isOne(String key) {
        // Header bytes arrive as Latin-1: beyond ASCII nobody can say which text was meant.
        return !key.isEmpty()
                && key.length() <= LENGTH_MAX
                && key.chars().noneMatch(c -> c < ' ' || c > '~');
    }
}
