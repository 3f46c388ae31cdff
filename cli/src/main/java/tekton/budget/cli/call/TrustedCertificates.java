package tekton.budget.cli.call;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.util.Collection;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that a file says are to be trusted, and what to do when one is not. */
final class TrustedCertificates {

    private static final int FILE_MAX = 1 << 20;
    private static final String EXPECTED =
            " (expected: a PEM file of at most 1 MiB, with lines BEGIN CERTIFICATE)";

    private TrustedCertificates() {}

    /** Sockets that trust the certificates of a PEM file and no others. */
    static SSLSocketFactory sockets(Path file) {
        byte[] text;
        try (InputStream in = Files.newInputStream(file)) {
            text = in.readNBytes(FILE_MAX + 1);
        } catch (IOException unreadable) {
            throw CliFailure.usage("ca-file: \"" + file + "\" cannot be read" + EXPECTED);
        }
        try {
            if (text.length > FILE_MAX) {
                throw new CertificateException("too large");
            }
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(text));
            if (found.isEmpty()) {
                throw new CertificateException("none");
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate : found) {
                trusted.setCertificateEntry("ca-" + trusted.size(), certificate);
            }
            TrustManagerFactory managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException unfit) {
            throw CliFailure.usage("ca-file: \"" + file + "\" holds no certificates" + EXPECTED);
        }
    }

    /** Why there is no safe connection, in words. */
    static String reason(SSLException failed) {
        if (isCausedBy(failed, CertificateExpiredException.class)) {
            return "its certificate has expired";
        }
        if (isCausedBy(failed, CertPathBuilderException.class)) {
            return "its certificate is not trusted here";
        }
        return String.valueOf(failed.getMessage());
    }

    /** What to do about it. */
    static String advice(SSLException failed, URI url) {
        if (isCausedBy(failed, CertificateExpiredException.class)) {
            return "that server needs a new certificate; if this machine's clock is right";
        }
        if (isCausedBy(failed, CertPathBuilderException.class)) {
            int port = url.getPort() < 0 ? 443 : url.getPort();
            return "trust the one who signed it: --ca-file FILE or BUDGET_CA_FILE, with the"
                    + " certificate of that CA as PEM. One that signed itself: openssl s_client"
                    + " -connect "
                    + url.getHost()
                    + ":"
                    + port
                    + " </dev/null | openssl x509 >budget-ca.pem; compare its fingerprint first";
        }
        if (isCausedBy(failed, CertificateException.class)) {
            return "say --url with the name that the certificate is for";
        }
        return "is that port served with TLS? Without it the url begins with http://";
    }

    private static boolean isCausedBy(Throwable failed, Class<? extends Throwable> type) {
        for (Throwable at = failed; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return true;
            }
        }
        return false;
    }
}
