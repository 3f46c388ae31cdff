package tekton.budget.api.mcp;

import jakarta.servlet.http.HttpServletRequest;

import tekton.budget.api.access.Caller;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * From whom a request came and where: the API is asked at that very address, as that caller.
 *
 * @param host the address of this machine that the request came to
 * @param port the port
 * @param key the headers that have the caller's key; possibly none
 * @param id by whom its turns are counted, as {@link Caller#idOf}
 * @param deadline until when all that it asks has to be answered, by {@link System#nanoTime}
 */
record ApiCaller(String host, int port, Map<String, String> key, String id, long deadline) {

    /**
     * How long one request has for all of its messages. Over the longest wait for a position, which
     * a message may ask for.
     */
    static final Duration TIMEOUT = Duration.ofSeconds(35);

    private static final String[] KEYS = {"X-API-Key", "Authorization"};

    ApiCaller {
        key = Map.copyOf(key);
    }

    /** The caller of a request that has come just now. */
    static ApiCaller of(HttpServletRequest request) {
        Map<String, String> key = new HashMap<>();
        for (String name : KEYS) {
            String value = request.getHeader(name);
            if (value != null) {
                key.put(name, value);
            }
        }
        return new ApiCaller(
                request.getLocalAddr(),
                request.getLocalPort(),
                key,
                Caller.idOf(request),
                System.nanoTime() + TIMEOUT.toNanos());
    }

    /** How much of its time is left, in nanoseconds; not above 0 for none. */
    long nanosLeft() {
        return deadline - System.nanoTime();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return host + " port " + port;
    }
}
