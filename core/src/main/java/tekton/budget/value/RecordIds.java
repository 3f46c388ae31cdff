package tekton.budget.value;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Ids that this project makes itself. */
public final class RecordIds {

    private static final SecureRandom RANDOM = new SecureRandom();

    private RecordIds() {}

    /** A UUIDv7 (RFC 9562 §5.7) of now: sortable by millisecond, 74 random bits. */
    public static String uuidV7(long nowMs) {
        return uuidV7(nowMs, RANDOM).toString();
    }

    static UUID uuidV7(long nowMs, RandomGenerator random) {
        long high = (nowMs << 16) | 0x7000L | (random.nextInt() & 0xFFFL);
        long low = 0x8000_0000_0000_0000L | (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL);
        return new UUID(high, low);
    }
}
