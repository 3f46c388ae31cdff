package tekton.budget.api.http;

import jakarta.servlet.http.HttpServletRequest;

import tekton.budget.api.http.ZstdStream.BodyReading;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a request's body is compressed: RFC 9110, 8.4.1, and RFC 8878 for zstd. */
enum ContentCoding {
    IDENTITY {
        @Override
        InputStream decoder(InputStream in, BodyReading reading) {
            return in;
        }
    },
    GZIP {
        @Override
        InputStream decoder(InputStream in, BodyReading reading) {
            return new GzipStream(in);
        }
    },
    ZSTD {
        @Override
        InputStream decoder(InputStream in, BodyReading reading) throws IOException {
            return ZstdStream.open(in, reading, ZstdStream.PATIENCE);
        }
    };

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
    InputStream decode(InputStream body, BodyReading reading) throws IOException {
        return this == IDENTITY ? body : new DecodedStream(this, body, reading);
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the beginning of the body, so it may fail like any read of it. */
    abstract InputStream decoder(InputStream in, BodyReading reading) throws IOException;
}
