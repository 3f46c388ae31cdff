package tekton.budget.poller.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Compressed bytes, within a bound: a few kilobytes can stand for gigabytes. */
final class Gunzip {

    private Gunzip() {}

    /**
     * The bytes, expanded if they are compressed, which their beginning tells.
     *
     * @param bytesMax the most bytes they may expand to
     * @throws IOException if they are more, or damaged
     */
    static byte[] ifCompressed(byte[] bytes, int bytesMax) throws IOException {
        boolean compressed =
                bytes.length >= 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
        if (!compressed) {
            return bytes;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] expanded = in.readNBytes(bytesMax + 1);
            if (expanded.length > bytesMax) {
                throw new IOException(
                        "more than %d bytes when expanded (expected: at most that many)"
                                .formatted(bytesMax));
            }
            return expanded;
        }
    }
}
