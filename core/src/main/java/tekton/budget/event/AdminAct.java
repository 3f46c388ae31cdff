package tekton.budget.event;

import java.time.Instant;

/**
 * Somebody has changed something over HTTP, or was not let to.
 *
 * @param at when it was answered
 * @param caller the name of the API key; {@code anonymous} without one
 * @param method the HTTP method, at most {@link #METHOD_LENGTH_MAX} characters
 * @param path the path as it was sent, at most {@link #PATH_LENGTH_MAX} characters
 * @param status the HTTP status of the answer
 * @param peer the address it came from
 */
public record AdminAct(
        Instant at, String caller, String method, String path, int status, String peer) {

    /** What is longer is cut. */
    public static final int METHOD_LENGTH_MAX = 16;

    /** What is longer is cut. */
    public static final int PATH_LENGTH_MAX = 512;

    public AdminAct {
        method = cut(method, METHOD_LENGTH_MAX);
        path = cut(path, PATH_LENGTH_MAX);
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }
}
