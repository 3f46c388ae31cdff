package tekton.budget.api.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.api.http.ZstdStream.BodyReading;
import tekton.budget.codec.JsonBytes;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Request bodies in, within bounds, and JSON bodies out. */
public final class Bodies {

    /** JSON, whatever it holds. */
    public static final String JSON = "application/json";

    /** The most bytes that a compressed body may become where lines are read one by one. */
    static final long DECOMPRESSED_MAX = 1L << 30;

    /** So many bytes more than its content a compressed body may have: headers, and a small one. */
    private static final int CODING_BYTES_MAX = 4_096;

    /** What a body has at first, whatever is announced; most have less. */
    private static final int FIRST_BYTES = 8_192;

    /** So many times as much as before a body gets when more of it has come. */
    private static final int GROWTH = 4;

    private Bodies() {}

    /**
     * The request's media type in lower case, without parameters.
     *
     * @param accepted what the path takes; an absent type counts as {@link #JSON}
     * @throws ProblemException 415 for any other
     */
    public static String mediaType(HttpServletRequest request, Set<String> accepted) {
        String type = request.getContentType();
        if (type == null) {
            return JSON;
        }
        int semicolon = type.indexOf(';');
        String media = semicolon < 0 ? type : type.substring(0, semicolon);
        String plain = media.strip().toLowerCase(Locale.ROOT);
        if (!accepted.contains(plain)) {
            throw unsupported("Content-Type: " + type, String.join(" or ", accepted));
        }
        return plain;
    }

    /**
     * The body as it comes, decompressed. Close it: a decoder has memory of its own.
     *
     * @throws ProblemException 415 for a compression that is not known; and where it is read, 422
     *     if it cannot be decompressed, 413 past {@link #DECOMPRESSED_MAX}
     */
    public static InputStream stream(HttpServletRequest request) throws IOException {
        return ContentCoding.of(request).decode(request.getInputStream(), BodyReading.LINES);
    }

    /**
     * The whole body, decompressed, of those that nobody counts.
     *
     * @param bytesMax the most bytes it may have, decompressed
     * @param timeout how long it may take to arrive
     * @throws ProblemException as the other one does
     */
    public static byte[] read(HttpServletRequest request, int bytesMax, Duration timeout)
            throws IOException {
        return read(request, bytesMax, timeout, BodyRoom.UNCOUNTED);
    }

    /**
     * The whole body, decompressed. Takes memory for it as it arrives, whatever length it
     * announces.
     *
     * @param bytesMax the most bytes it may have, decompressed
     * @param timeout how long it may take to arrive
     * @param room where the memory comes from
     * @throws ProblemException 413 if it is longer, 408 if it is slower, 422 if it cannot be
     *     decompressed, 415 for a compression that is not known
     */
    public static byte[] read(
            HttpServletRequest request, int bytesMax, Duration timeout, BodyRoom room)
            throws IOException {
        ContentCoding coding = ContentCoding.of(request);
        int sentMax = coding == ContentCoding.IDENTITY ? bytesMax : bytesMax + CODING_BYTES_MAX;
        long sent = request.getContentLengthLong();
        if (sent > sentMax) {
            throw tooLarge(sent + " bytes", bytesMax);
        }
        InputStream sentBody = new DatedStream(request.getInputStream(), timeout, sentMax);
        int declared = coding == ContentCoding.IDENTITY ? (int) sent : -1;
        try (InputStream in = coding.decode(sentBody, BodyReading.WHOLE)) {
            return read(in, declared, bytesMax, room);
        }
    }

    /** Reads to the end, or so many bytes as are declared; -1 for not declared. */
    private static byte[] read(InputStream in, int declared, int bytesMax, BodyRoom room)
            throws IOException {
        int most = declared >= 0 ? declared : bytesMax;
        byte[] body = new byte[Math.min(FIRST_BYTES, most)];
        int length = 0;
        while (true) {
            if (length == body.length) {
                // Either all of it is here, or there is more than it has room for.
                int next = length == declared ? -1 : in.read();
                if (next < 0) {
                    return body;
                }
                if (length == bytesMax) {
                    throw tooLarge("more than " + bytesMax + " bytes", bytesMax);
                }
                int more = Math.min(Math.max(length, FIRST_BYTES) * GROWTH, most);
                room.grow(more, most);
                body = Arrays.copyOf(body, more);
                body[length++] = (byte) next;
            }
            int read = in.read(body, length, body.length - length);
            if (read < 0) {
                return Arrays.copyOf(body, length);
            }
            length += read;
        }
    }

    /** Answers with JSON. */
    public static void write(HttpServletResponse response, int status, JsonBytes json)
            throws IOException {
        response.setStatus(status);
        response.setContentType(JSON);
        response.setContentLength(json.length());
        json.writeTo(response.getOutputStream());
    }

    private static ProblemException unsupported(String what, String expected) {
        return new ProblemException(
                Problem.of(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE,
                        "%s (expected: %s)".formatted(what, expected)));
    }

    static ProblemException tooLarge(String what, long bytesMax) {
        return new ProblemException(
                Problem.of(
                        ProblemType.PAYLOAD_TOO_LARGE,
                        "body: %s (expected: at most %d bytes)".formatted(what, bytesMax)));
    }
}
