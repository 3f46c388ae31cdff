package tekton.budget.api.access;

import org.jspecify.annotations.Nullable;

import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who may come in.
 *
 * @param keys the keys of the environment
 * @param keysFile where further keys stand; null for nowhere
 * @param required whether every request needs a key
 * @param requestsPerMinute how many requests a key may make; 0 for as many as it likes
 * @param addressRequestsPerMinute how many requests without a known key may come from an address; 0
 *     for as many as it likes
 * @param origins which pages may call: as {@link CrossOrigin#parse} has them
 */
public record AccessSettings(
        String keys,
        @Nullable Path keysFile,
        boolean required,
        int requestsPerMinute,
        int addressRequestsPerMinute,
        String origins) {

    /** No keys, and pages of this machine. */
    public static final AccessSettings OPEN =
            new AccessSettings("", null, false, 0, 0, CrossOrigin.LOOPBACK);

    private static final String KEYS = "BUDGET_API_KEYS";
    private static final String KEYS_FILE = "BUDGET_API_KEYS_FILE";
    private static final String REQUIRED = "BUDGET_API_REQUIRE_AUTH";
    private static final String ORIGINS = "BUDGET_CORS_ORIGINS";
    private static final int RATE_MAX = 10_000_000;

    /**
     * Settings that make sense.
     *
     * @throws InvalidSettingException if they do not
     */
    public AccessSettings {
        List<ApiKey> read = KeyList.parse(KEYS, keys);
        boolean given = !read.isEmpty() || keysFile != null;
        if (keysFile != null) {
            List<ApiKey> _ = KeyFile.read(keysFile, read);
        }
        if (required && !given) {
            throw new InvalidSettingException(
                    REQUIRED, "true", "keys in " + KEYS + " or " + KEYS_FILE);
        }
        if (!required && given) {
            throw new InvalidSettingException(
                    REQUIRED, "false", "true or absent, as there are keys");
        }
        CrossOrigin parsed = CrossOrigin.parse(origins);
        if (parsed.allowsAll() && !required) {
            throw new InvalidSettingException(
                    ORIGINS, origins, "origins by name, as there are no keys to guard against any");
        }
    }

    /** The settings of the environment; docs/configuration.md lists the variables. */
    public static AccessSettings of(Environment environment) {
        Optional<String> keys = environment.text(KEYS);
        boolean file = environment.text(KEYS_FILE).isPresent();
        return new AccessSettings(
                keys.orElse(""),
                file ? environment.path(KEYS_FILE, "keys") : null,
                environment.flag(REQUIRED, keys.isPresent() || file),
                environment.integer("BUDGET_API_RATE_LIMIT", 0, 0, RATE_MAX),
                environment.integer("BUDGET_API_ADDRESS_RATE_LIMIT", 0, 0, RATE_MAX),
                environment.text(ORIGINS).orElse(CrossOrigin.LOOPBACK));
    }

    /** The keys to begin with, the file's among them. */
    ApiKeys apiKeys() {
        return new ApiKeys(KeyList.parse(KEYS, keys), keysFile, System.nanoTime());
    }

    /** Without the keys' digests. */
    @Override
    public String toString() {
        return "AccessSettings[required=%s, requestsPerMinute=%d, addressRequestsPerMinute=%d,"
                        .formatted(required, requestsPerMinute, addressRequestsPerMinute)
                + " origins=%s]".formatted(origins);
    }
}
