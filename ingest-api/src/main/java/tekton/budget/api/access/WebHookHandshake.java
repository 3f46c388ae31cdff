package tekton.budget.api.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.api.route.RouteTable;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Senders of events ask whether they are expected before they send any (CloudEvents, "HTTP 1.1 Web
 * Hooks for Event Delivery" 1.0.2, section 4). The answer opens nothing: it is the same for all,
 * and events need their key all the same. A callback that a request names is never called. Any
 * thread.
 */
final class WebHookHandshake {

    private static final String REQUESTED = "WebHook-Request-Origin";

    /** Where events are taken, without the version in the path. */
    private static final Set<String> PATHS = Set.of("/events", "/api/events");

    /** A DNS name, at most; anything else is not repeated. */
    private static final Pattern ORIGIN = Pattern.compile("[A-Za-z0-9.:*_-]{1,253}");

    private final String rate;

    /**
     * A handshake.
     *
     * @param perMinute how many requests a key may make; 0 for as many as it likes
     */
    WebHookHandshake(int perMinute) {
        rate = perMinute == 0 ? "*" : String.valueOf(perMinute);
    }

    /** Answers a request that is one; false if it is none, and untouched. A page asks otherwise. */
    boolean answers(HttpServletRequest request, HttpServletResponse response) {
        String origin = request.getHeader(REQUESTED);
        if (origin == null
                || !request.getMethod().equals("OPTIONS")
                || request.getHeader("Origin") != null
                || !PATHS.contains(RouteTable.unversioned(request.getRequestURI()))
                || !ORIGIN.matcher(origin).matches()) {
            return false;
        }
        response.setHeader("WebHook-Allowed-Origin", origin);
        response.setHeader("WebHook-Allowed-Rate", rate);
        response.setHeader("Allow", "GET, POST");
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        return true;
    }
}
