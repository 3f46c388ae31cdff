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
 * ContextBytes} knows.
 */
public final class TotalsBytes {

    static final byte WITH_PARTS = 2;
    static final int LENGTH = 1 + 11 * Long.BYTES;

    private static final byte FORMAT = 1;

    private TotalsBytes() {}

    public static byte[] write(Totals totals) {
        ByteBuffer out = ByteBuffer.allocate(LENGTH);
        put(out, FORMAT, totals);
        return out.array();
    }

    static void put(ByteBuffer out, byte format, Totals totals) {
        TokenCounts tokens = totals.tokens();
        out.put(format)
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
    }

    /** The totals of a store's value; null for no value. */
    public static @Nullable Totals readOrNull(byte @Nullable [] bytes) {
        return bytes == null ? null : read(bytes);
    }

    public static Totals read(byte[] bytes) {
        boolean whole = bytes.length == LENGTH && bytes[0] == FORMAT;
        if (!whole && !hasParts(bytes)) {
            throw new IllegalStateException(
                    "totals: %d bytes of format %d (expected: %d of format %d)"
                            .formatted(
                                    bytes.length,
                                    bytes.length == 0 ? -1 : bytes[0],
                                    LENGTH,
                                    FORMAT));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
        return new Totals(
                new TokenCounts(
                        in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong()),
                in.getLong(),
                new Money(in.getLong(), in.getLong()),
                in.getLong(),
                in.getLong(),
                in.getLong());
    }

    /** Whether there are parts behind the totals. */
    static boolean hasParts(byte[] bytes) {
        return bytes.length > LENGTH && bytes[0] == WITH_PARTS;
    }
}
