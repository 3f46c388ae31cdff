package tekton.budget.alerting.rule;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids that follow from what has happened: UUIDv8 (RFC 9562 §5.8) of the first 122 free bits of a
 * SHA-256 over the parts, each in UTF-8 and ended by a zero byte; an absent part is a single 0xFF.
 */
final class EventIds {

    private EventIds() {}

    /** The id of what these parts tell apart. */
    static String of(@Nullable Object... parts) {
        MessageDigest sha256 = sha256();
        for (Object part : parts) {
            if (part == null) {
                // No text in UTF-8 contains this byte.
                sha256.update((byte) 0xFF);
            } else {
                sha256.update(part.toString().getBytes(StandardCharsets.UTF_8));
            }
            sha256.update((byte) 0);
        }
        ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
        long high = (hash.getLong() & ~0xF000L) | 0x8000L;
        long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
