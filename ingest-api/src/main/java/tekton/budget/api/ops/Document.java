package tekton.budget.api.ops;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;

/** A file of the class path as it is served: read once, known again by its tag. Thread-safe. */
final class Document {

    private final String mediaType;
    private final byte[] bytes;
    private final String tag;

    /**
     * The file.
     *
     * @param resource where it is on the class path
     * @throws IllegalStateException if it is not there: then this build is broken
     */
    Document(String resource, String mediaType) {
        this.mediaType = mediaType;
        bytes = read(resource);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        tag = "\"" + Long.toHexString(sum.getValue()) + "\"";
    }

    /** Answers with the file, or 304 who has it. Everybody asks again, and mostly gets 304. */
    void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("ETag", tag);
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (tag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(mediaType);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private static byte[] read(String resource) {
        try (InputStream in = Document.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + ": not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
