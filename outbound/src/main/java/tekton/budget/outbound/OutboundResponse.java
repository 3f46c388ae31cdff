package tekton.budget.outbound;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * An answer.
 *
 * @param status its HTTP status
 * @param headers by name in lower case, the first of each name
 * @param body as it was sent, not expanded; empty unless the status is 2xx and a body is wanted
 */
@SuppressWarnings("ArrayRecordComponent") // Read at once, never compared.
public record OutboundResponse(int status, Map<String, String> headers, byte[] body) {

    /** The first header of that lower-case name, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
