package tekton.budget.bench.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** An answer. */
public final class Response {

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    /**
     * @param headers by lower-case name; of a repeated one the last
     * @param body all of it; not copied
     */
    public Response(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** A header's value, by its lower-case name. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The whole body; not a copy. */
    public byte[] body() {
        return body;
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
