package tekton.budget.bench.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Takes the bytes of one answer as they arrive and says when it is whole: bodies with a length, in
 * chunks, or none. Not thread-safe; {@link #reset} makes it ready for the next answer.
 */
public final class ResponseParser {

    private static final int LINE_BYTES_MAX = 64 * 1024;
    private static final int BODY_BYTES_MAX = 256 * 1024 * 1024;

    private enum ParseState {
        STATUS,
        HEADER,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        DONE
    }

    private byte[] line = new byte[512];
    private int lineLength;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(512);
    private final Map<String, String> headers = new HashMap<>();
    private ParseState state = ParseState.STATUS;
    private int status;
    private long left;

    /** Ready for the next answer on the same connection. */
    public void reset() {
        lineLength = 0;
        body.reset();
        headers.clear();
        state = ParseState.STATUS;
        status = 0;
        left = 0;
    }

    /**
     * Takes bytes up to the end of the answer and leaves what follows in the buffer.
     *
     * @return true when the answer is whole
     * @throws IOException if this is no HTTP/1.1
     */
    public boolean take(ByteBuffer bytes) throws IOException {
        while (state != ParseState.DONE && bytes.hasRemaining()) {
            if (state == ParseState.BODY || state == ParseState.CHUNK) {
                takeBody(bytes);
            } else {
                takeLineByte(bytes.get());
            }
        }
        return state == ParseState.DONE;
    }

    /** The status, from the moment its line has been read. */
    public int status() {
        return status;
    }

    /** Whether the server will close the connection. */
    public boolean closes() {
        return "close".equalsIgnoreCase(headers.get("connection"));
    }

    /** The whole answer. */
    public Response response() {
        return new Response(status, headers, body.toByteArray());
    }

    private void takeBody(ByteBuffer bytes) throws IOException {
        int count = (int) Math.min(left, bytes.remaining());
        if (body.size() + (long) count > BODY_BYTES_MAX) {
            throw new IOException("answer: more than " + BODY_BYTES_MAX + " bytes");
        }
        if (bytes.hasArray()) {
            body.write(bytes.array(), bytes.arrayOffset() + bytes.position(), count);
            bytes.position(bytes.position() + count);
        } else {
            byte[] copy = new byte[count];
            bytes.get(copy);
            body.writeBytes(copy);
        }
        left -= count;
        if (left == 0) {
            state = state == ParseState.BODY ? ParseState.DONE : ParseState.CHUNK_END;
        }
    }

    private void takeLineByte(byte b) throws IOException {
        if (b != '\n') {
            if (lineLength == LINE_BYTES_MAX) {
                throw new IOException("answer: a line of more than " + LINE_BYTES_MAX + " bytes");
            }
            if (lineLength == line.length) {
                line = Arrays.copyOf(line, 2 * line.length);
            }
            line[lineLength++] = b;
            return;
        }
        int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        lineLength = 0;
        endLine(new String(line, 0, length, StandardCharsets.ISO_8859_1));
    }

    private void endLine(String text) throws IOException {
        switch (state) {
            case STATUS -> {
                status = statusOf(text);
                state = ParseState.HEADER;
            }
            case HEADER -> {
                if (text.isEmpty()) {
                    beginBody();
                } else {
                    addHeader(text);
                }
            }
            case CHUNK_SIZE -> {
                left = chunkSize(text);
                state = left == 0 ? ParseState.TRAILER : ParseState.CHUNK;
            }
            case CHUNK_END -> {
                if (!text.isEmpty()) {
                    throw new IOException("answer: a chunk longer than it says");
                }
                state = ParseState.CHUNK_SIZE;
            }
            case TRAILER -> {
                if (text.isEmpty()) {
                    state = ParseState.DONE;
                }
            }
            case BODY, CHUNK, DONE -> throw new IllegalStateException(state.name());
        }
    }

    private static int statusOf(String text) throws IOException {
        if (!text.startsWith("HTTP/1.1 ") || text.length() < 12) {
            throw new IOException("answer: begins with '" + text + "', not with HTTP/1.1");
        }
        return number(text.substring(9, 12), 10);
    }

    private void addHeader(String text) throws IOException {
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw new IOException("answer: header line '" + text + "'");
        }
        headers.put(
                text.substring(0, colon).toLowerCase(Locale.ROOT),
                text.substring(colon + 1).strip());
    }

    private void beginBody() throws IOException {
        if (status == 100) {
            headers.clear();
            state = ParseState.STATUS;
        } else if (status == 204 || status == 304) {
            state = ParseState.DONE;
        } else if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            state = ParseState.CHUNK_SIZE;
        } else if (headers.containsKey("content-length")) {
            left = number(headers.getOrDefault("content-length", ""), 10);
            state = left == 0 ? ParseState.DONE : ParseState.BODY;
        } else {
            throw new IOException("answer: neither a length nor chunks, status " + status);
        }
    }

    private static int chunkSize(String text) throws IOException {
        int extension = text.indexOf(';');
        return number((extension < 0 ? text : text.substring(0, extension)).strip(), 16);
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("answer: '" + text + "' is no number", e);
        }
        throw new IOException("answer: " + text + " is below 0");
    }
}
