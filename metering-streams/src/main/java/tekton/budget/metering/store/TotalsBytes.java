package tekton.budget.metering.store;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.nio.ByteBuffer;

/**
 * Totals as store values, frozen: a format byte (1), then eleven big-endian longs: input, output,
 * cached input, cache write, reasoning, unpriced tokens, dollars, pico-dollars, records, first and
 * last time in epoch milliseconds. In format 2 the same, and behind it the parts that {@link
 * ContextBytes} and {@link HourBytes} know. Formats 3 and 4 are those two with a twelfth long, the
 * estimated tokens; they are written only where there are some.
 */
public final class TotalsBytes {

    private static final byte PLAIN = 1;
    private static final byte WITH_PARTS = 2;
    private static final byte ESTIMATED = 3;
    private static final byte ESTIMATED_WITH_PARTS = 4;

    private static final int LENGTH = 1 + 11 * Long.BYTES;

    private TotalsBytes() {}

    public static byte[] write(Totals totals) {
        ByteBuffer out = ByteBuffer.allocate(length(totals));
        put(out, totals, false);
        return out.array();
    }

    /** How many bytes totals take, without parts. */
    static int length(Totals totals) {
        return totals.estimatedTokens() > 0 ? LENGTH + Long.BYTES : LENGTH;
    }

    static void put(ByteBuffer out, Totals totals, boolean withParts) {
        boolean estimated = totals.estimatedTokens() > 0;
        TokenCounts tokens = totals.tokens();
        out.put(
                        estimated
                                ? withParts ? ESTIMATED_WITH_PARTS : ESTIMATED
                                : withParts ? WITH_PARTS : PLAIN)
                .putLong(tokens.input())
                .putLong(tokens.output())
                .putLong(tokens.cachedInput())
                .putLong(tokens.cacheWrite())
                .putLong(tokens.reasoning())
                .putLong(totals.unpricedTokens())
                .putLong(totals.cost().usd())
                .putLong(totals.cost().pico())
                .putLong(totals.recordCount())
                .putLong(totals.firstAtMs())
                .putLong(totals.lastAtMs());
        if (estimated) {
            out.putLong(totals.estimatedTokens());
        }
    }

    /** The totals of a store's value; null for no value. */
    public static @Nullable Totals readOrNull(byte @Nullable [] bytes) {
        return bytes == null ? null : read(bytes);
    }

    public static Totals read(byte[] bytes) {
        int format = bytes.length == 0 ? -1 : bytes[0];
        boolean known = format >= PLAIN && format <= ESTIMATED_WITH_PARTS;
        boolean estimated = format == ESTIMATED || format == ESTIMATED_WITH_PARTS;
        int length = estimated ? LENGTH + Long.BYTES : LENGTH;
        boolean parts = format == WITH_PARTS || format == ESTIMATED_WITH_PARTS;
        if (!known || (parts ? bytes.length <= length : bytes.length != length)) {
            throw new IllegalStateException(
                    "totals: %d bytes of format %d (expected: %d of format 1, and as formats 2 to 4 say)"
                            .formatted(bytes.length, format, LENGTH));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, length - 1);
        TokenCounts tokens =
                new TokenCounts(
                        in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
        long unpriced = in.getLong();
        Money cost = new Money(in.getLong(), in.getLong());
        long records = in.getLong();
        long firstAtMs = in.getLong();
        long lastAtMs = in.getLong();
        return new Totals(
                tokens, unpriced, estimated ? in.getLong() : 0, cost, records, firstAtMs, lastAtMs);
    }

    /** Where the parts behind the totals begin; 0 where there are none. */
    static int partsAt(byte[] bytes) {
        return switch (bytes[0]) {
            case WITH_PARTS -> LENGTH;
            case ESTIMATED_WITH_PARTS -> LENGTH + Long.BYTES;
            default -> 0;
        };
    }
}
