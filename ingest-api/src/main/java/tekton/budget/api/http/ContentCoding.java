package tekton.budget.api.http;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

import jakarta.servlet.http.HttpServletRequest;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** How a request's body is compressed: RFC 9110, 8.4.1, and RFC 8878 for zstd. */
enum ContentCoding {
    IDENTITY {
        @Override
        InputStream decoder(InputStream in) {
            return in;
        }
    },
    GZIP {
        @Override
        InputStream decoder(InputStream in) throws IOException {
            return new GZIPInputStream(new Peeking(in), BUFFER_BYTES);
        }
    },
    ZSTD {
        @Override
        InputStream decoder(InputStream in) throws IOException {
            return new ZstdInputStreamNoFinalizer(in).setLongMax(WINDOW_LOG_MAX);
        }
    };

    private static final int BUFFER_BYTES = 8_192;

    /** 8 MiB, as RFC 8878 advises decoders to allow; every level but the slowest keeps to it. */
    private static final int WINDOW_LOG_MAX = 23;

    /** The names that are taken, for answers. */
    static final String NAMES =
            Arrays.stream(values()).map(ContentCoding::wireName).collect(Collectors.joining(", "));

    /**
     * The coding of a request's body.
     *
     * @throws ProblemException 415 for one that is not known, or for several
     */
    static ContentCoding of(HttpServletRequest request) {
        String named = request.getHeader("Content-Encoding");
        if (named == null) {
            return IDENTITY;
        }
        return switch (named.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            case "zstd" -> ZSTD;
            default ->
                    throw new ProblemException(
                            Problem.of(
                                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                                    "Content-Encoding: %s (expected: one of %s)"
                                            .formatted(named, NAMES)));
        };
    }

    /**
     * What the body says when it is no longer compressed; reading it is a {@link ProblemException}
     * where it cannot be decompressed.
     */
    InputStream decode(InputStream body) throws IOException {
        return this == IDENTITY ? body : new DecodedStream(this, body);
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the beginning of the body, so it may fail like any read of it. */
    abstract InputStream decoder(InputStream in) throws IOException;

    /**
     * A gzip body may be several members, one after the other. The JDK's stream asks what is
     * available to know whether one follows, and a network stream says 0 when nothing has come yet:
     * the rest would be lost without a word.
     */
    private static final class Peeking extends PushbackInputStream {

        Peeking(InputStream in) {
            super(in);
        }

        @Override
        public int available() throws IOException {
            int next = read();
            if (next < 0) {
                return 0;
            }
            unread(next);
            return Math.max(1, super.available());
        }
    }
}
