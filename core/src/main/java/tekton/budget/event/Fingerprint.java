package tekton.budget.event;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenDetails;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hashes that identify a usage record. Frozen: stores hold them, golden tests guard them.
 *
 * <p><b>Key</b>, 20 bytes: the first 12 of SHA-256(record id) and the first 8 of SHA-256(context
 * id), both over UTF-8. The record id comes first so that one scan finds an id in every context.
 *
 * <p><b>Fingerprint</b>, 8 bytes: the beginning of SHA-256 over what the client sent besides the
 * two ids, in this order: component, provider, model, task type (or "default"), tier, budget,
 * allocation, operation, request and user id, each in UTF-8 and ended by a zero byte (which no
 * accepted text contains), then input, output, cached input, cache write and reasoning tokens and
 * the timestamp in milliseconds (or {@link Long#MIN_VALUE}) as eight bytes each, big-endian. Only
 * where a record has token details or another service tier than the standard one, there follow: the
 * tokens of cache write 1 h, audio input, audio output, image input and image output as eight bytes
 * each, and the service tier's name, ended by a zero byte. Metadata and what the edge fills in are
 * left out.
 *
 * <p>SHA-256 rather than a faster hash: a stranger who could make keys collide could have another's
 * record taken for a duplicate. Not thread-safe: one instance per thread.
 */
public final class Fingerprint {

    /** Bytes of a key. */
    public static final int KEY_BYTES = 20;

    /** Bytes of the record id's part of a key. */
    public static final int RECORD_ID_BYTES = 12;

    private final MessageDigest sha256;

    public Fingerprint() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The key of a record id within a context. */
    public byte[] key(String recordId, String contextId) {
        byte[] key = new byte[KEY_BYTES];
        byte[] byRecord = sha256.digest(recordId.getBytes(StandardCharsets.UTF_8));
        System.arraycopy(byRecord, 0, key, 0, RECORD_ID_BYTES);
        byte[] byContext = sha256.digest(contextId.getBytes(StandardCharsets.UTF_8));
        System.arraycopy(byContext, 0, key, RECORD_ID_BYTES, KEY_BYTES - RECORD_ID_BYTES);
        return key;
    }

    /** The fingerprint of what the client sent. */
    public long of(UsageReported usage) {
        add(usage.component());
        add(usage.provider());
        add(usage.model());
        add(usage.taskType());
        add(usage.sentTier() == null ? null : usage.sentTier().wireName());
        add(usage.sentBudgetId());
        add(usage.allocationId());
        add(usage.operationId());
        add(usage.requestId());
        add(usage.userId());
        Long sentAt = usage.sentTimestampMs();
        byte[] numbers =
                ByteBuffer.allocate(6 * Long.BYTES)
                        .putLong(usage.tokens().input())
                        .putLong(usage.tokens().output())
                        .putLong(usage.tokens().cachedInput())
                        .putLong(usage.tokens().cacheWrite())
                        .putLong(usage.tokens().reasoning())
                        .putLong(sentAt == null ? Long.MIN_VALUE : sentAt)
                        .array();
        sha256.update(numbers);
        if (usage.serviceTier() != ServiceTier.STANDARD || !usage.details().isNone()) {
            addDetails(usage.details(), usage.serviceTier());
        }
        return ByteBuffer.wrap(sha256.digest()).getLong();
    }

    private void addDetails(TokenDetails details, ServiceTier serviceTier) {
        sha256.update(
                ByteBuffer.allocate(5 * Long.BYTES)
                        .putLong(details.cacheWrite1h())
                        .putLong(details.audioInput())
                        .putLong(details.audioOutput())
                        .putLong(details.imageInput())
                        .putLong(details.imageOutput())
                        .array());
        add(serviceTier.wireName());
    }

    private void add(@Nullable String text) {
        if (text != null) {
            sha256.update(text.getBytes(StandardCharsets.UTF_8));
        }
        sha256.update((byte) 0);
    }
}
