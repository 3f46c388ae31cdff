package tekton.budget.api.http;

import com.github.luben.zstd.ZstdIOException;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.ZstdStream.BodyReading;
import tekton.budget.value.Shown;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/** A compressed body as it is meant: what cannot be decompressed is a problem of its sender's. */
final class DecodedStream extends InputStream {

    private final ContentCoding coding;
    private final InputStream body;
    private final BodyReading reading;
    private @Nullable InputStream decoder;
    private long count;

    DecodedStream(ContentCoding coding, InputStream body, BodyReading reading) {
        this.coding = coding;
        this.body = body;
        this.reading = reading;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            InputStream from = decoder;
            if (from == null) {
                from = coding.decoder(body, reading);
                decoder = from;
            }
            int read = from.read(into, offset, length);
            count += Math.max(0, read);
            if (count > Bodies.DECOMPRESSED_MAX) {
                throw Bodies.tooLarge(
                        "more than %d bytes, decompressed".formatted(Bodies.DECOMPRESSED_MAX),
                        Bodies.DECOMPRESSED_MAX);
            }
            return read;
        } catch (ZipException | EOFException | ZstdIOException damaged) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.INVALID_REQUEST,
                            "body: cannot be decompressed: %s (expected: whole %s)"
                                    .formatted(
                                            Shown.plain(String.valueOf(damaged.getMessage())),
                                            coding.wireName())));
        }
    }

    @Override
    public void close() throws IOException {
        if (decoder != null) {
            decoder.close();
        }
    }
}
