package tekton.budget.api.access;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.settings.InvalidSettingException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys as they are now: those of the environment, and those of a file that is looked at again
 * every few seconds, so that a key can be rotated while this runs. Thread-safe.
 */
final class ApiKeys {

    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);

    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

    private final List<ApiKey> fixed;
    private final @Nullable Path file;
    private final AtomicLong lookedAtNanos;
    private volatile List<ApiKey> keys;
    private volatile @Nullable FileTime read;
    private final AtomicLong warnedDay = new AtomicLong(Long.MIN_VALUE);

    /**
     * Keys.
     *
     * @param nowNanos {@code System.nanoTime()}
     * @throws InvalidSettingException if the file is no list of keys
     */
    ApiKeys(List<ApiKey> fixed, @Nullable Path file, long nowNanos) {
        this.fixed = fixed;
        this.file = file;
        lookedAtNanos = new AtomicLong(nowNanos);
        if (file == null) {
            keys = fixed;
        } else {
            read = modified(file);
            keys = KeyFile.read(file, fixed);
        }
    }

    /**
     * The key that a client presents; null if there is none. Compared with every one, so that time
     * does not tell how near a guess was.
     *
     * <p>It may have ended; who finds it looks.
     *
     * @param nowNanos {@code System.nanoTime()}
     */
    @Nullable ApiKey find(String presented, long nowNanos) {
        Path looked = file;
        if (looked != null) {
            lookAgain(looked, nowNanos);
        }
        if (presented.length() < ApiKey.LENGTH_MIN || presented.length() > ApiKey.LENGTH_MAX) {
            return null;
        }
        byte[] digest = ApiKey.digest(presented);
        ApiKey found = null;
        for (ApiKey key : keys) {
            if (key.is(digest)) {
                found = key;
            }
        }
        return found;
    }

    /** The keys as they were last read. */
    List<ApiKey> all() {
        return keys;
    }

    /** Names in the log, once a day, the keys that end soon, and those that have ended. */
    void warn(Instant now) {
        long day = Math.floorDiv(now.getEpochSecond(), Duration.ofDays(1).toSeconds());
        long last = warnedDay.get();
        if (day == last || !warnedDay.compareAndSet(last, day)) {
            return;
        }
        for (ApiKey key : keys) {
            if (key.hasEnded(now)) {
                LOG.warn(
                        "The API key {} has ended at {}; take its entry away",
                        key.name(),
                        key.end());
            } else if (key.endsSoon(now)) {
                LOG.warn(
                        "The API key {} ends at {}: make its holder another",
                        key.name(),
                        key.end());
            }
        }
    }

    private void lookAgain(Path looked, long nowNanos) {
        long last = lookedAtNanos.get();
        if (nowNanos - last < LOOK_AGAIN_NANOS || !lookedAtNanos.compareAndSet(last, nowNanos)) {
            return;
        }
        FileTime modified = modified(looked);
        if (Objects.equals(modified, read)) {
            return;
        }
        read = modified;
        try {
            List<ApiKey> before = keys;
            keys = KeyFile.read(looked, fixed).stream().map(key -> key.after(before)).toList();
            warnedDay.set(Long.MIN_VALUE);
            LOG.info("{}: read again, {} keys", looked, keys.size());
        } catch (InvalidSettingException faulty) {
            LOG.error("{}; the keys stay as they were", faulty.getMessage());
        }
    }

    private static @Nullable FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return null;
        }
    }
}
