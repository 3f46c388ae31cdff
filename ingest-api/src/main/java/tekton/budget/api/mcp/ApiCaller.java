package tekton.budget.api.mcp;

import jakarta.servlet.http.HttpServletRequest;

import java.util.HashMap;
import java.util.Map;

/**
 * From whom a request came and where: the API is asked at that very address, as that caller.
 *
 * @param host the address of this machine that the request came to
 * @param port the port
 * @param key the headers that have the caller's key; possibly none
 */
record ApiCaller(String host, int port, Map<String, String> key) {

    private static final String[] KEYS = {"X-API-Key", "Authorization"};

    ApiCaller {
        key = Map.copyOf(key);
    }

    static ApiCaller of(HttpServletRequest request) {
        Map<String, String> key = new HashMap<>();
        for (String name : KEYS) {
            String value = request.getHeader(name);
            if (value != null) {
                key.put(name, value);
            }
        }
        return new ApiCaller(request.getLocalAddr(), request.getLocalPort(), key);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return host + " port " + port;
    }
}
