package tekton.budget.outbound;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.Map;

/**
 * A request, and how much of its answer is wanted.
 *
 * @param method such as GET
 * @param url an http or https URL; a user's name and password in it are not sent
 * @param headers by name, at most one of each
 * @param body JSON; null for a request without a body
 * @param bytesMax the most bytes of an answer's body; with 0 the body is not read
 */
@SuppressWarnings("ArrayRecordComponent") // Sent at once, never compared.
public record OutboundRequest(
        String method, URI url, Map<String, String> headers, byte @Nullable [] body, int bytesMax) {

    public OutboundRequest {
        headers = Map.copyOf(headers);
    }

    /** A request for a document. */
    public static OutboundRequest get(URI url, Map<String, String> headers, int bytesMax) {
        return new OutboundRequest("GET", url, headers, null, bytesMax);
    }

    /** A request with JSON. */
    public static OutboundRequest post(
            URI url, Map<String, String> headers, byte[] body, int bytesMax) {
        return new OutboundRequest("POST", url, headers, body, bytesMax);
    }

    /** A request to end something, whose answer's body is not wanted. */
    public static OutboundRequest delete(URI url, Map<String, String> headers) {
        return new OutboundRequest("DELETE", url, headers, null, 0);
    }

    String host() {
        return url.getHost();
    }
}
