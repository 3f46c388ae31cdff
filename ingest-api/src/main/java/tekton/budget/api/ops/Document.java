package tekton.budget.api.ops;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the class path as it is served: read once, compressed once when somebody first takes it
 * so, known again by its tag. Thread-safe.
 */
final class Document {

    private static final String GZIP = "gzip";

    /** A smaller file is one packet anyway. */
    private static final int COMPRESSED_FROM = 1_024;

    private final String mediaType;
    private final byte[] bytes;
    private final String tag;

    /** As gzip; the file itself where that is no shorter, null until it is asked for. */
    private volatile byte @Nullable [] compressed;

    /**
     * The file.
     *
     * @param resource where it is on the class path
     * @throws IllegalStateException if it is not there: then this build is broken
     */
    Document(String resource, String mediaType) {
        this(
                read(resource)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                resource + ": not on the class path")),
                mediaType);
    }

    private Document(byte[] bytes, String mediaType) {
        this.mediaType = mediaType;
        this.bytes = bytes;
        CRC32 sum = new CRC32();
        sum.update(bytes);
        tag = Long.toHexString(sum.getValue());
    }

    /** The file, if it is there. */
    static Optional<Document> find(String resource, String mediaType) {
        return read(resource).map(bytes -> new Document(bytes, mediaType));
    }

    /** Answers with the file, or 304 who has it. Everybody asks again, and mostly gets 304. */
    void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = takesGzip(request) ? compressed() : bytes;
        boolean coded = body.length < bytes.length;
        // The same file in another coding is another answer, so it has another tag.
        String own = '"' + tag + (coded ? "-gzip\"" : "\"");
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("ETag", own);
        response.addHeader("Vary", "Accept-Encoding");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (own.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        if (coded) {
            response.setHeader("Content-Encoding", GZIP);
        }
        response.setContentType(mediaType);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Whether gzip is named; a client that names it with a quality of 0 does not take it. */
    private static boolean takesGzip(HttpServletRequest request) {
        String accepted = request.getHeader("Accept-Encoding");
        if (accepted == null) {
            return false;
        }
        for (String coding : accepted.split(",", 32)) {
            String[] parts = coding.strip().split("\\s*;\\s*", 2);
            if (parts[0].equalsIgnoreCase(GZIP)) {
                return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    private byte[] compressed() throws IOException {
        byte[] known = compressed;
        if (known == null) {
            known = shorter();
            compressed = known;
        }
        return known;
    }

    private byte[] shorter() throws IOException {
        if (bytes.length < COMPRESSED_FROM) {
            return bytes;
        }
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(bytes);
        }
        return gzip.size() < bytes.length ? gzip.toByteArray() : bytes;
    }

    private static Optional<byte[]> read(String resource) {
        try (InputStream in = Document.class.getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
