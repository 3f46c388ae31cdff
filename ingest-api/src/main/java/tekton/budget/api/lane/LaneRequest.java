package tekton.budget.api.lane;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads the head of a request, if it is a plain one: POST of a known path in HTTP/1.1, a JSON body
 * of known length, no header that asks for something special, nothing doubtful. Everything else is
 * {@link HeadState#UNUSUAL} and not judged here. One thread; used again for every request.
 */
public final class LaneRequest {

    /** As Tomcat has them (see the web server's settings). */
    private static final int HEAD_BYTES_MAX = 8 * 1024;

    private static final int HEADERS_MAX = 100;

    private static final String JSON = "application/json";

    private static final int LENGTH_DIGITS_MAX = 6;

    private final List<String> paths;
    private final byte[][] requestLines;
    private final int bodyBytesMax;

    private byte[] bytes = {};
    private int position;
    private int bodyOffset;
    private int bodyLength;
    private String path = "";
    private boolean hasHost;
    private boolean keepsAlive;
    private @Nullable String idempotencyKey;
    private @Nullable String apiKey;
    private @Nullable String authorization;
    private boolean hasContentType;
    private @Nullable SocketChannel sender;
    private long beganNanos;

    /** What a look at the first bytes of a request says. */
    enum HeadState {
        /** Some of it has not arrived. */
        INCOMPLETE,
        /** Not for this lane. */
        UNUSUAL,
        /** Plain, and all of it is here. */
        COMPLETE
    }

    LaneRequest(List<String> paths, int bodyBytesMax) {
        this.paths = List.copyOf(paths);
        this.bodyBytesMax = bodyBytesMax;
        requestLines =
                paths.stream()
                        .map(
                                each ->
                                        ("POST " + each + " HTTP/1.1\r\n")
                                                .getBytes(StandardCharsets.US_ASCII))
                        .toArray(byte[][]::new);
    }

    /** The most bytes that a plain request has. */
    int bytesMax() {
        return HEAD_BYTES_MAX + bodyBytesMax;
    }

    /** The path as it was sent. */
    public String path() {
        return path;
    }

    /** A buffer that holds the body. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the body begins in it. */
    public int bodyOffset() {
        return bodyOffset;
    }

    /** Its bytes. */
    public int bodyLength() {
        return bodyLength;
    }

    /** The header {@code Idempotency-Key}; null for none. */
    public @Nullable String idempotencyKey() {
        return idempotencyKey;
    }

    /** The header {@code X-API-Key}; null for none. */
    public @Nullable String apiKey() {
        return apiKey;
    }

    /** The header {@code Authorization}; null for none. */
    public @Nullable String authorization() {
        return authorization;
    }

    /** When its first bytes were seen, by {@code System.nanoTime()}. */
    public long beganNanos() {
        return beganNanos;
    }

    /** The address of the machine that sent it, in numbers; empty if the connection is gone. */
    public String senderAddress() {
        try {
            return sender != null && sender.getRemoteAddress() instanceof InetSocketAddress address
                    ? address.getAddress().getHostAddress()
                    : "";
        } catch (IOException gone) {
            return "";
        }
    }

    /** What is read next comes from there. */
    void comesFrom(SocketChannel socket) {
        sender = socket;
    }

    /** Whether the client asked that the connection stays. */
    boolean keepsAlive() {
        return keepsAlive;
    }

    /** Where the next request begins. */
    int end() {
        return bodyOffset + bodyLength;
    }

    /** Looks at the bytes from an offset to a limit. */
    HeadState read(byte[] buffer, int offset, int limit, long began) {
        bytes = buffer;
        beganNanos = began;
        position = offset;
        HeadState line = requestLine(limit);
        if (line != HeadState.COMPLETE) {
            return line;
        }
        HeadState headers = headers(offset, limit);
        if (headers != HeadState.COMPLETE) {
            return headers;
        }
        if (!hasHost || bodyLength < 0) {
            return HeadState.UNUSUAL;
        }
        bodyOffset = position;
        return limit - bodyOffset < bodyLength ? HeadState.INCOMPLETE : HeadState.COMPLETE;
    }

    private HeadState requestLine(int limit) {
        boolean mayBecomeOne = false;
        for (int i = 0; i < requestLines.length; i++) {
            byte[] line = requestLines[i];
            int length = Math.min(line.length, limit - position);
            int same = 0;
            while (same < length && bytes[position + same] == line[same]) {
                same++;
            }
            if (same == line.length) {
                path = paths.get(i);
                position += same;
                return HeadState.COMPLETE;
            }
            mayBecomeOne |= same == length;
        }
        return mayBecomeOne ? HeadState.INCOMPLETE : HeadState.UNUSUAL;
    }

    private HeadState headers(int offset, int limit) {
        hasHost = false;
        keepsAlive = false;
        idempotencyKey = null;
        apiKey = null;
        authorization = null;
        hasContentType = false;
        bodyLength = -1;
        for (int count = 0; ; count++) {
            int end = lineEnd(limit);
            if (end < 0
                    || end - offset > HEAD_BYTES_MAX - 2
                    || (count == HEADERS_MAX && end > position)) {
                return HeadState.UNUSUAL;
            }
            if (end + 1 >= limit) {
                return HeadState.INCOMPLETE;
            }
            if (bytes[end + 1] != '\n') {
                return HeadState.UNUSUAL;
            }
            int begin = position;
            position = end + 2;
            if (end == begin) {
                return HeadState.COMPLETE;
            }
            if (!header(begin, end)) {
                return HeadState.UNUSUAL;
            }
        }
    }

    /** Where the carriage return is; the limit if not here yet; -1 for what is no plain text. */
    private int lineEnd(int limit) {
        byte[] in = bytes;
        for (int i = position; i < limit; i++) {
            byte each = in[i];
            if (each < ' ' || each == 0x7F) {
                return each == '\r' ? i : -1;
            }
        }
        return limit;
    }

    /** Takes one header line; false for one that is not plain. */
    private boolean header(int begin, int end) {
        int colon = begin;
        while (colon < end && isName(bytes[colon])) {
            colon++;
        }
        if (colon == begin || colon == end || bytes[colon] != ':') {
            return false;
        }
        int from = colon + 1;
        int to = end;
        while (from < to && bytes[from] == ' ') {
            from++;
        }
        while (to > from && bytes[to - 1] == ' ') {
            to--;
        }
        int length = colon - begin;
        return switch (length) {
            case 4 -> !is("host", begin) || takeHost(from, to);
            case 6 -> !is("origin", begin) && !is("expect", begin);
            case 7 -> !is("upgrade", begin);
            case 9 -> !is("x-api-key", begin) || takeApiKey(from, to);
            case 10 -> !is("connection", begin) || takeConnection(from, to);
            case 12 -> !is("content-type", begin) || takeContentType(from, to);
            case 13 -> !is("authorization", begin) || takeAuthorization(from, to);
            case 14 -> !is("content-length", begin) || takeLength(from, to);
            case 15 -> !is("idempotency-key", begin) || takeIdempotencyKey(from, to);
            case 16 -> !is("content-encoding", begin);
            case 17 -> !is("transfer-encoding", begin);
            default -> true;
        };
    }

    private static boolean isName(byte each) {
        return (each >= 'a' && each <= 'z')
                || (each >= 'A' && each <= 'Z')
                || (each >= '0' && each <= '9')
                || each == '-'
                || each == '_';
    }

    /** Whether the bytes from there on are a text of lower-case letters and hyphens. */
    private boolean is(String lowerCase, int at) {
        for (int i = 0; i < lowerCase.length(); i++) {
            int each = bytes[at + i];
            if ((each >= 'A' && each <= 'Z' ? each + 32 : each) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A name or an IPv4 address, with or without a port. */
    private boolean takeHost(int from, int to) {
        if (hasHost || from == to) {
            return false;
        }
        hasHost = true;
        int i = from;
        while (i < to && (isName(bytes[i]) || bytes[i] == '.')) {
            i++;
        }
        if (i == from) {
            return false;
        }
        if (i == to) {
            return true;
        }
        int port = 0;
        for (int j = i + 1; j < to; j++) {
            int digit = bytes[j] - '0';
            if (digit < 0 || digit > 9 || j - i > 5) {
                return false;
            }
            port = port * 10 + digit;
        }
        return bytes[i] == ':' && to > i + 1 && port <= 65_535;
    }

    private boolean takeConnection(int from, int to) {
        if (keepsAlive || to - from != "keep-alive".length() || !is("keep-alive", from)) {
            return false;
        }
        keepsAlive = true;
        return true;
    }

    private boolean takeContentType(int from, int to) {
        if (hasContentType) {
            return false;
        }
        hasContentType = true;
        return to - from >= JSON.length()
                && is(JSON, from)
                && (to - from == JSON.length() || bytes[from + JSON.length()] == ';');
    }

    private boolean takeLength(int from, int to) {
        if (bodyLength >= 0 || from == to || to - from > LENGTH_DIGITS_MAX) {
            return false;
        }
        int length = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            length = length * 10 + digit;
        }
        bodyLength = length;
        return length <= bodyBytesMax;
    }

    private boolean takeApiKey(int from, int to) {
        if (apiKey != null) {
            return false;
        }
        apiKey = text(from, to);
        return true;
    }

    private boolean takeAuthorization(int from, int to) {
        if (authorization != null) {
            return false;
        }
        authorization = text(from, to);
        return true;
    }

    private boolean takeIdempotencyKey(int from, int to) {
        if (idempotencyKey != null) {
            return false;
        }
        idempotencyKey = text(from, to);
        return true;
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }
}
