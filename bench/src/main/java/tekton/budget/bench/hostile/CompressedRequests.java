package tekton.budget.bench.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Bodies that are more than they seem, or nothing at all, once they are expanded. Any thread. */
final class CompressedRequests {

    private static final List<String> PATHS =
            List.of("/api/usage/batch", "/v1/traces", "/api/events", "/api/usage/record");

    private static final int ZSTD_BLOCK = 128 * 1024;
    private static final int RLE = 1;
    private static final int BOMB = 64 * 1024 * 1024;

    /** The same bytes every time; made once. */
    private static final byte[] GZIP_BOMB = gzip(new byte[BOMB]);

    private final String key;

    CompressedRequests(String key) {
        this.key = key;
    }

    /** A request of that number. */
    HostileRequest of(Dice dice) {
        boolean zstd = dice.chance(50);
        byte[] lines =
                "{\"context_id\":\"%s%d\",\"record_id\":\"%s%d-0\",\"component\":\"zip\",\"provider\":\"nobody\",\"model\":\"none\",\"input_tokens\":1,\"output_tokens\":2}\n"
                        .formatted(
                                SchemaValues.CONTEXT,
                                dice.number(),
                                SchemaValues.RECORD,
                                dice.number())
                        .getBytes(StandardCharsets.UTF_8);
        JsonMutator mutator = new JsonMutator(dice);
        byte[] body =
                switch (dice.below(8)) {
                    case 0 -> dice.chance(20) ? (zstd ? zstdBomb(BOMB) : GZIP_BOMB) : new byte[0];
                    case 1 -> dice.bytes(dice.below(4_000));
                    case 2, 3 -> mutator.flipped(zstd ? zstdRaw(lines) : gzip(lines));
                    case 4 -> half(zstd ? zstdRaw(lines) : gzip(lines));
                    case 5 -> gzip(gzip(lines));
                    case 6 -> zstd ? gzip(lines) : zstdRaw(lines);
                    default -> zstd ? zstdRaw(lines) : gzip(lines);
                };
        byte[] bytes =
                RequestBytes.line("POST", dice.pick(PATHS))
                        .header("X-API-Key", key)
                        .header(
                                "Content-Type",
                                dice.pick(
                                        List.of(
                                                "application/x-ndjson",
                                                "application/json",
                                                "application/x-protobuf")))
                        .header(
                                "Content-Encoding",
                                dice.chance(95)
                                        ? zstd ? "zstd" : "gzip"
                                        : dice.pick(List.of("br", "gzip, gzip", "deflate", "")))
                        .body(body);
        return HostileRequest.of(dice.number(), HostileFamily.COMPRESSED, bytes, true, true);
    }

    private static byte[] half(byte[] whole) {
        byte[] half = new byte[whole.length / 2];
        System.arraycopy(whole, 0, half, 0, half.length);
        return half;
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip =
                new GZIPOutputStream(bytes) {
                    {
                        def.setLevel(Deflater.BEST_COMPRESSION);
                    }
                }) {
            zip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A frame of one raw block: at most 128 KiB. */
    static byte[] zstdRaw(byte[] plain) {
        ByteArrayOutputStream frame = zstdFrame();
        block(frame, true, 0, plain.length);
        frame.writeBytes(plain);
        return frame.toByteArray();
    }

    /** A frame of blocks that repeat one byte, four bytes for 128 KiB each. */
    static byte[] zstdBomb(int size) {
        ByteArrayOutputStream frame = zstdFrame();
        for (int left = size; left > 0; left -= ZSTD_BLOCK) {
            block(frame, left <= ZSTD_BLOCK, RLE, Math.min(left, ZSTD_BLOCK));
            frame.write('0');
        }
        return frame.toByteArray();
    }

    /** The magic number, no length, a window of 1 MiB: RFC 8878. */
    private static ByteArrayOutputStream zstdFrame() {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 10 << 3});
        return frame;
    }

    private static void block(ByteArrayOutputStream frame, boolean last, int type, int size) {
        int header = (last ? 1 : 0) | type << 1 | size << 3;
        frame.write(header);
        frame.write(header >>> 8);
        frame.write(header >>> 16);
    }
}
