package tekton.budget.bench.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Puts a request together, byte for byte; nothing is checked or tidied up. */
final class RequestBytes {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

    /** Begins with a request line of HTTP/1.1 and a host. */
    static RequestBytes line(String method, String target) {
        return new RequestBytes()
                .text(method + ' ' + target + " HTTP/1.1\r\n")
                .header("Host", "127.0.0.1");
    }

    RequestBytes text(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    RequestBytes header(String name, String value) {
        return text(name + ": " + value + "\r\n");
    }

    /** The length, the end of the head, and a body. */
    byte[] body(byte[] body) {
        header("Content-Length", String.valueOf(body.length)).text("\r\n");
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /** The end of the head, and these bytes as they are. */
    byte[] raw(byte[] after) {
        text("\r\n");
        bytes.writeBytes(after);
        return bytes.toByteArray();
    }

    /** The end of the head. */
    byte[] end() {
        return raw(new byte[0]);
    }

    /** What there is so far. */
    byte[] asIs() {
        return bytes.toByteArray();
    }
}
