package tekton.budget.api.config;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The certificate that this instance serves with over TLS: two PEM files, looked at again while it
 * runs, so that a certificate is renewed without a restart. New connections get the new one; those
 * that are open stay. Times are in UTC. Any thread.
 */
public final class ServerCertificate {

    static final String ALIAS = "budget";

    /** Guards nothing: the stores with it never leave the memory. */
    static final String PASSWORD = "in-memory";

    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);

    private static final String TRUST = "BUDGET_TLS_TRUST_FILE";

    /** How long before its end a certificate is named in the log, each day. */
    private static final Duration SOON = Duration.ofDays(14);

    private final Path certificateFile;
    private final Path keyFile;
    private final List<X509Certificate> trusted;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile PemIdentity identity;

    // Guarded by this.
    private String faulty = "";
    private long warnedDay = Long.MIN_VALUE;

    /**
     * Reads both files.
     *
     * @param trustFile certificates by which other instances are known; null for those that vouch
     *     for the own one and those of the JDK
     * @throws InvalidSettingException if a server cannot serve with them
     */
    public ServerCertificate(
            Path certificateFile, Path keyFile, @Nullable Path trustFile, Instant now) {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        trusted = trustFile == null ? List.of() : PemIdentity.certificates(TRUST, trustFile);
        identity = PemIdentity.read(certificateFile, keyFile, now);
    }

    /**
     * As the environment says; none for plain HTTP.
     *
     * @throws InvalidSettingException if one file is named without the other, or see there
     */
    static Optional<ServerCertificate> of(Environment environment) {
        boolean certificate = environment.text(PemIdentity.CERTIFICATE).isPresent();
        boolean key = environment.text(PemIdentity.KEY).isPresent();
        boolean trust = environment.text(TRUST).isPresent();
        if (!certificate && !key && !trust) {
            return Optional.empty();
        }
        if (!certificate || !key) {
            throw new InvalidSettingException(
                    certificate ? PemIdentity.KEY : PemIdentity.CERTIFICATE,
                    "absent",
                    "a PEM file: certificate and key are set together");
        }
        return Optional.of(
                new ServerCertificate(
                        environment.path(PemIdentity.CERTIFICATE, "."),
                        environment.path(PemIdentity.KEY, "."),
                        trust ? environment.path(TRUST, ".") : null,
                        Instant.now()));
    }

    /** Runs behind each change, in the thread that {@link #look looks}. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** The first of the chain that new connections are shown. */
    X509Certificate own() {
        return identity.chain().getFirst();
    }

    /** The authorities of the settings, or else those that vouch for the own certificate. */
    List<X509Certificate> trusted() {
        List<X509Certificate> chain = identity.chain();
        return trusted.isEmpty() ? chain.subList(1, chain.size()) : trusted;
    }

    /** Whether the JDK's authorities are trusted as well. */
    boolean trustsPublicAuthorities() {
        return trusted.isEmpty();
    }

    /** Certificate and key, under {@link #ALIAS}, with {@link #PASSWORD}. */
    KeyStore keyStore() {
        return identity.keyStore(ALIAS, PASSWORD.toCharArray());
    }

    /** For serving with the certificate as it is now. */
    public SSLContext forServer() {
        try {
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(keyStore(), PASSWORD.toCharArray());
            return context(keys.getKeyManagers(), null);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate that was read", impossible);
        }
    }

    /** For asking this instance, and the others of its cluster. */
    SSLContext forPeers() {
        return context(null, new TrustManager[] {new PeerTrust(this)});
    }

    private static SSLContext context(
            KeyManager @Nullable [] keys, TrustManager @Nullable [] trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no TLS", impossible);
        }
    }

    /**
     * Looks at the files again. Files that a server cannot serve with change nothing and are named
     * in the log, once for each thing that is wrong.
     *
     * @return whether new connections are shown another certificate from now on
     */
    synchronized boolean look(Instant now) {
        boolean changed = false;
        try {
            PemIdentity read = PemIdentity.read(certificateFile, keyFile, now);
            faulty = "";
            if (!read.equals(identity)) {
                identity = read;
                warnedDay = Long.MIN_VALUE;
                changed = true;
                listeners.forEach(Runnable::run);
                LOG.info("{}: read again: {}", certificateFile, read);
            }
        } catch (InvalidSettingException invalid) {
            String words = String.valueOf(invalid.getMessage());
            if (!words.equals(faulty)) {
                faulty = words;
                LOG.error("{}; {} goes on serving", words, identity);
            }
        }
        warn(now);
        return changed;
    }

    private void warn(Instant now) {
        Instant end = own().getNotAfter().toInstant();
        long day = Math.floorDiv(now.getEpochSecond(), Duration.ofDays(1).toSeconds());
        if (day != warnedDay && now.plus(SOON).isAfter(end)) {
            warnedDay = day;
            LOG.warn("The certificate {} ends at {}; renew it", certificateFile, end);
        }
    }

    @Override
    public String toString() {
        return "ServerCertificate[" + identity + ']';
    }
}
