package tekton.budget.api.config;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.pem.PemContent;

import tekton.budget.settings.InvalidSettingException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate with those that vouch for it, and its key, as two PEM files say; checked, so that a
 * server can serve with it. Immutable.
 *
 * @param chain the server's certificate first
 */
record PemIdentity(List<X509Certificate> chain, PrivateKey key) {

    static final String CERTIFICATE = "BUDGET_TLS_CERTIFICATE_FILE";
    static final String KEY = "BUDGET_TLS_KEY_FILE";

    /** Of each file. */
    static final int BYTES_MAX = 256 * 1024;

    private static final byte[] SIGNED =
            "whether key and certificate belong together".getBytes(StandardCharsets.US_ASCII);

    /**
     * Reads both files.
     *
     * @param now a certificate must be valid then
     * @throws InvalidSettingException that names the file and what is wrong with it, and shows
     *     nothing of a key
     */
    static PemIdentity read(Path certificateFile, Path keyFile, Instant now) {
        List<X509Certificate> chain = certificates(CERTIFICATE, certificateFile);
        PrivateKey key = key(keyFile);
        X509Certificate own = chain.getFirst();
        if (now.isBefore(own.getNotBefore().toInstant())) {
            throw new InvalidSettingException(
                    CERTIFICATE,
                    certificateFile.toString(),
                    "a certificate that is valid now; this one begins at "
                            + own.getNotBefore().toInstant());
        }
        if (now.isAfter(own.getNotAfter().toInstant())) {
            throw new InvalidSettingException(
                    CERTIFICATE,
                    certificateFile.toString(),
                    "a certificate that is valid now; this one has ended at "
                            + own.getNotAfter().toInstant());
        }
        if (!belongTogether(own, key)) {
            throw new InvalidSettingException(
                    KEY, keyFile.toString(), "the key of the first certificate in " + CERTIFICATE);
        }
        return new PemIdentity(chain, key);
    }

    /**
     * The certificates of a file.
     *
     * @throws InvalidSettingException if there is none
     */
    static List<X509Certificate> certificates(String setting, Path file) {
        String expected = "certificates in PEM, the server's own first";
        String text = text(setting, file);
        try {
            List<X509Certificate> chain = PemContent.of(text).getCertificates();
            if (chain != null && !chain.isEmpty()) {
                return List.copyOf(chain);
            }
        } catch (IllegalStateException | IllegalArgumentException notPem) {
            // Said below.
        }
        throw new InvalidSettingException(setting, file.toString(), expected);
    }

    private static PrivateKey key(Path file) {
        String text = text(KEY, file);
        try {
            @Nullable PrivateKey key = PemContent.of(text).getPrivateKey();
            if (key != null) {
                return key;
            }
        } catch (IllegalStateException | IllegalArgumentException notPem) {
            // Said below, without what stands in it.
        }
        throw new InvalidSettingException(
                KEY, file.toString(), "a private key in PEM that no password encrypts");
    }

    private static String text(String setting, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new InvalidSettingException(
                        setting, file.toString(), "a file of at most " + BYTES_MAX + " bytes");
            }
            return new String(bytes, StandardCharsets.US_ASCII);
        } catch (IOException unreadable) {
            throw new InvalidSettingException(setting, file.toString(), "a file that can be read");
        }
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(SIGNED);
            byte[] signature = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(SIGNED);
            return verifying.verify(signature);
        } catch (GeneralSecurityException anotherKindOfKey) {
            return false;
        }
    }

    /** In memory, with an entry that has no password but this. */
    KeyStore keyStore(String alias, char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(alias, key, password, chain.toArray(new Certificate[0]));
            return store;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("a certificate that was read", impossible);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "%s, until %s"
                .formatted(
                        chain.getFirst().getSubjectX500Principal(),
                        chain.getFirst().getNotAfter().toInstant());
    }
}
