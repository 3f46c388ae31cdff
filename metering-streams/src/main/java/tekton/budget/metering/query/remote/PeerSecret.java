package tekton.budget.metering.query.remote;

import org.jspecify.annotations.Nullable;

import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;

/**
 * What the instances of a cluster know each other by. Its holder can read everything; it never
 * appears in words.
 */
public final class PeerSecret {

    /** The header in which it travels. */
    public static final String HEADER = "Budget-Cluster-Secret";

    private static final String VARIABLE = "BUDGET_CLUSTER_SECRET";
    private static final String FILE_VARIABLE = "BUDGET_CLUSTER_SECRET_FILE";

    /** What can stand in a header as it is. */
    private static final Pattern VALID = Pattern.compile("[!-~]{32,200}");

    private static final String EXPECTED = "32 to 200 printable ASCII characters without spaces";

    private final String secret;
    private final @Nullable SSLContext tls;

    /**
     * A secret that travels in plain text.
     *
     * @throws IllegalArgumentException if it is too short or cannot travel; without the secret
     */
    public PeerSecret(String secret) {
        if (!VALID.matcher(secret).matches()) {
            throw new IllegalArgumentException("cluster secret (expected: " + EXPECTED + ")");
        }
        this.secret = secret;
        tls = null;
    }

    private PeerSecret(String secret, SSLContext tls) {
        this.secret = secret;
        this.tls = tls;
    }

    /** The same between instances that serve over TLS; the context says whom they believe. */
    public PeerSecret over(SSLContext context) {
        return new PeerSecret(secret, context);
    }

    /**
     * What the environment or the file that it names says; empty for an instance that is alone.
     *
     * @throws InvalidSettingException if it cannot be; without the secret
     */
    public static Optional<PeerSecret> of(Environment environment) {
        Optional<String> given = environment.text(VARIABLE);
        boolean inFile = environment.text(FILE_VARIABLE).isPresent();
        if (given.isPresent() && inFile) {
            throw new InvalidSettingException(
                    FILE_VARIABLE, "also set", "only one of it and " + VARIABLE);
        }
        if (inFile) {
            Path file = environment.path(FILE_VARIABLE, ".");
            try {
                return Optional.of(checked(FILE_VARIABLE, Files.readString(file).strip()));
            } catch (IOException unreadable) {
                throw new InvalidSettingException(
                        FILE_VARIABLE, file.toString(), "a file that can be read");
            }
        }
        return given.map(text -> checked(VARIABLE, text));
    }

    private static PeerSecret checked(String name, String secret) {
        try {
            return new PeerSecret(secret);
        } catch (IllegalArgumentException invalid) {
            throw new InvalidSettingException(name, "not shown", EXPECTED);
        }
    }

    /** By what instances are asked over TLS; null where they are asked in plain text. */
    @Nullable SSLContext tls() {
        return tls;
    }

    /** For the header. */
    String text() {
        return secret;
    }

    /** Whether somebody has it, in a time that says nothing of how much of it was right. */
    public boolean matches(@Nullable String presented) {
        return presented != null
                && MessageDigest.isEqual(
                        presented.getBytes(StandardCharsets.UTF_8),
                        secret.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "PeerSecret[not shown]";
    }
}
