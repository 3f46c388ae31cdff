package tekton.budget.metering.ledger.store;

import org.jspecify.annotations.Nullable;

import tekton.budget.metering.ledger.rules.SpentTokens;
import tekton.budget.value.Money;

import java.nio.ByteBuffer;

/**
 * The values of the ledger's store that are not JSON, frozen. What was spent: a format byte (1),
 * then four big-endian longs: input and output tokens, dollars, pico-dollars. A count: four bytes.
 */
final class LedgerBytes {

    /** The value of an index entry. */
    static final byte[] NOTHING = {};

    /** The value of an open allocation in the index by context. */
    static final byte[] OPEN = {1};

    /** The value of an ended allocation in the index by context. */
    static final byte[] ENDED = {0};

    private static final byte FORMAT = 1;
    private static final int SPENT_LENGTH = 1 + 4 * Long.BYTES;

    private LedgerBytes() {}

    static byte[] write(SpentTokens spent) {
        return ByteBuffer.allocate(SPENT_LENGTH)
                .put(FORMAT)
                .putLong(spent.input())
                .putLong(spent.output())
                .putLong(spent.cost().usd())
                .putLong(spent.cost().pico())
                .array();
    }

    static SpentTokens readSpent(byte[] bytes) {
        if (bytes.length != SPENT_LENGTH || bytes[0] != FORMAT) {
            throw new IllegalStateException(
                    "spent: %d bytes (expected: %d of format %d)"
                            .formatted(bytes.length, SPENT_LENGTH, FORMAT));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, SPENT_LENGTH - 1);
        return new SpentTokens(in.getLong(), in.getLong(), new Money(in.getLong(), in.getLong()));
    }

    static byte[] write(int count) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(count).array();
    }

    /** The count of a value; 0 for no value. */
    static int readCount(byte @Nullable [] bytes) {
        return bytes == null ? 0 : ByteBuffer.wrap(bytes).getInt();
    }

    /** True in the index by context for an open allocation. */
    static boolean isOpen(byte[] bytes) {
        return bytes[0] == OPEN[0];
    }
}
