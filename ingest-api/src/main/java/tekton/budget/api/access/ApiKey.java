package tekton.budget.api.access;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.route.AccessScope;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as it is configured: what it is called, may do, and the digest by which it is recognised.
 * The key itself is nowhere.
 */
final class ApiKey {

    /** The fewest characters of a key: those of 24 random bytes in Base64. */
    static final int LENGTH_MIN = 32;

    /** The most, so that no stranger makes this side digest a megabyte. */
    static final int LENGTH_MAX = 256;

    /** How an entry is written. */
    static final String EXPECTED =
            "name:scopes[@budget]:SHA-256 in 64 hexadecimal digits, scopes of ingest, read and"
                    + " admin joined by +";

    private static final Pattern ENTRY =
            Pattern.compile(
                    "([A-Za-z0-9._-]{1,64}):([a-z+]+)(?:@([A-Za-z0-9_-]{1,128}))?:([0-9a-fA-F]{64})");

    private final String name;
    private final Set<AccessScope> scopes;
    private final @Nullable String budgetId;
    private final byte[] digest;

    private ApiKey(String name, Set<AccessScope> scopes, @Nullable String budgetId, byte[] digest) {
        this.name = name;
        this.scopes = scopes;
        this.budgetId = budgetId;
        this.digest = digest;
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
        return Optional.of(
                new ApiKey(
                        matcher.group(1),
                        scopes,
                        matcher.group(3),
                        HexFormat.of().parseHex(matcher.group(4))));
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
