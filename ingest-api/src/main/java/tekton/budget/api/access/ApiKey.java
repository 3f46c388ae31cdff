package tekton.budget.api.access;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.route.AccessScope;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as it is configured: what it is called, may do, and until when, and the digest by which it
 * is recognised. The key itself is nowhere. Any thread.
 */
final class ApiKey {

    /** The fewest characters of a key: those of 24 random bytes in Base64. */
    static final int LENGTH_MIN = 32;

    /** The most, so that no stranger makes this side digest a megabyte. */
    static final int LENGTH_MAX = 256;

    /** How long before its end a key is named in the log, each day. */
    static final Duration SOON = Duration.ofDays(14);

    private static final long NEVER = -1;

    private static final int DAY_LENGTH = "2026-12-31".length();

    /** How an entry is written. */
    static final String EXPECTED =
            "name:scopes[@budget]:SHA-256 in 64 hexadecimal digits[:end], scopes of ingest, read"
                    + " and admin joined by +, the end a day or an instant in UTC";

    private static final Pattern ENTRY =
            Pattern.compile(
                    "([A-Za-z0-9._-]{1,64}):([a-z+]+)(?:@([A-Za-z0-9_-]{1,128}))?:([0-9a-fA-F]{64})"
                            + "(?::([0-9TZ:.-]{10,30}))?");

    private final String name;
    private final Set<AccessScope> scopes;
    private final @Nullable String budgetId;
    private final byte[] digest;
    private final @Nullable Instant end;
    private final AtomicLong usedMs;

    private ApiKey(
            String name,
            Set<AccessScope> scopes,
            @Nullable String budgetId,
            byte[] digest,
            @Nullable Instant end,
            AtomicLong usedMs) {
        this.name = name;
        this.scopes = scopes;
        this.budgetId = budgetId;
        this.digest = digest;
        this.end = end;
        this.usedMs = usedMs;
    }

    /** The key of an entry; none when it is written otherwise than {@link #EXPECTED}. */
    static Optional<ApiKey> parse(String entry) {
        Matcher matcher = ENTRY.matcher(entry);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        EnumSet<AccessScope> scopes = EnumSet.noneOf(AccessScope.class);
        for (String text : matcher.group(2).split("\\+", -1)) {
            Optional<AccessScope> scope = AccessScope.parse(text);
            if (scope.isEmpty()) {
                return Optional.empty();
            }
            scopes.add(scope.get());
        }
        String end = matcher.group(5);
        Optional<Instant> parsed = end == null ? Optional.empty() : endOf(end);
        if (end != null && parsed.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new ApiKey(
                        matcher.group(1),
                        scopes,
                        matcher.group(3),
                        HexFormat.of().parseHex(matcher.group(4)),
                        parsed.orElse(null),
                        new AtomicLong(NEVER)));
    }

    /** When a key ends: at an instant, or with a day of UTC. */
    private static Optional<Instant> endOf(String text) {
        try {
            return Optional.of(
                    text.length() == DAY_LENGTH
                            ? LocalDate.parse(text)
                                    .plusDays(1)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant()
                            : Instant.parse(text));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    /** The same entry, which goes on counting what the other has counted of the same key. */
    ApiKey after(List<ApiKey> before) {
        return before.stream()
                .filter(this::sameKeyAs)
                .findFirst()
                .map(one -> new ApiKey(name, scopes, budgetId, digest, end, one.usedMs))
                .orElse(this);
    }

    /** The digest of what a client presents. */
    static byte[] digest(String presented) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(presented.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    String name() {
        return name;
    }

    boolean has(AccessScope scope) {
        return scope == AccessScope.ANY || scopes.contains(scope);
    }

    /** The only budget it is for; null for all. */
    @Nullable String budgetId() {
        return budgetId;
    }

    /** From when on it opens nothing any more; null for never. */
    @Nullable Instant end() {
        return end;
    }

    /** Whether it opens nothing any more. */
    boolean hasEnded(Instant now) {
        return end != null && !now.isBefore(end);
    }

    /** Whether it ends soon, and has not. */
    boolean endsSoon(Instant now) {
        return end != null && !hasEnded(now) && now.plus(SOON).isAfter(end);
    }

    /** It has let somebody in; any thread. */
    void used(Instant now) {
        usedMs.lazySet(now.toEpochMilli());
    }

    /** When it let somebody in last, as far as this process knows; null for never. */
    @Nullable Instant usedAt() {
        long ms = usedMs.get();
        return ms == NEVER ? null : Instant.ofEpochMilli(ms);
    }

    /** What it is for. */
    Set<AccessScope> scopes() {
        return scopes;
    }

    /** Whether it is the key of that digest; takes as long either way. */
    boolean is(byte[] presented) {
        return MessageDigest.isEqual(digest, presented);
    }

    /** Whether another entry is of the same key. */
    boolean sameKeyAs(ApiKey other) {
        return Arrays.equals(digest, other.digest);
    }

    /** Without the digest. */
    @Override
    public String toString() {
        return name + scopes + (budgetId == null ? "" : "@" + budgetId);
    }
}
