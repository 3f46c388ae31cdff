package tekton.budget.bench.hostile;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/** OpenTelemetry's requests in protobuf, changed in bytes, lengths and depth. Any thread. */
final class SpanRequests {

    private static final List<String> PATHS =
            List.of("/v1/traces", "/v1/traces", "/v1/logs", "/v1/metrics");
    private static final int GROUP_DEPTH = 5_000;
    private static final int RESOURCE_SPANS = 0x0a;
    private static final int START_GROUP = 0x0b;

    private final String key;
    private final byte[] good;

    /**
     * @param good a request that is taken
     */
    SpanRequests(String key, byte[] good) {
        this.key = key;
        this.good = good.clone();
    }

    /** A request of that number. */
    HostileRequest of(Dice dice) {
        byte[] bytes =
                RequestBytes.line("POST", dice.pick(PATHS))
                        .header("X-API-Key", key)
                        .header(
                                "Content-Type",
                                dice.chance(95) ? "application/x-protobuf" : "application/json")
                        .body(changed(dice));
        return HostileRequest.of(dice.number(), HostileFamily.PROTOBUF, bytes, true, true);
    }

    /** The same for a topic. */
    byte[] changed(Dice dice) {
        return switch (dice.below(9)) {
            case 0 -> dice.bytes(dice.below(2_000));
            case 1 -> nested(RESOURCE_SPANS);
            case 2 -> groups();
            case 3 -> length(dice);
            case 4 -> twice();
            default -> new JsonMutator(dice).flipped(good);
        };
    }

    /** Each holds the next. */
    private static byte[] nested(int tag) {
        byte[] inner = new byte[0];
        for (int depth = 0; depth < 60; depth++) {
            ByteArrayOutputStream outer = new ByteArrayOutputStream();
            outer.write(depth == 59 ? tag : 0x12);
            varint(outer, inner.length);
            outer.writeBytes(inner);
            inner = outer.toByteArray();
        }
        return inner;
    }

    /** Groups within groups, none of which ends. */
    private static byte[] groups() {
        byte[] bytes = new byte[GROUP_DEPTH];
        Arrays.fill(bytes, (byte) START_GROUP);
        return bytes;
    }

    /** A length that the bytes do not have. */
    private byte[] length(Dice dice) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(RESOURCE_SPANS);
        varint(bytes, dice.pick(List.of(-1L, 0x7fffffffL, 0xffffffffL, 1L << 40, 1L)));
        bytes.writeBytes(good);
        return bytes.toByteArray();
    }

    private byte[] twice() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(good);
        bytes.writeBytes(good);
        return bytes.toByteArray();
    }

    private static void varint(ByteArrayOutputStream bytes, long number) {
        long left = number;
        while ((left & ~0x7fL) != 0) {
            bytes.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
    }
}
