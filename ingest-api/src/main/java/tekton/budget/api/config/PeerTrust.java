package tekton.budget.api.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * An instance believes another, or itself, that shows the very certificate that it shows itself,
 * under whatever name, or one for the name that was asked for, by an authority it trusts. Any
 * thread.
 */
final class PeerTrust extends X509ExtendedTrustManager {

    private final ServerCertificate certificate;

    PeerTrust(ServerCertificate certificate) {
        this.certificate = certificate;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        if (!chain[0].equals(certificate.own())) {
            authorities().checkServerTrusted(chain, authType, engine);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        if (!chain[0].equals(certificate.own())) {
            authorities().checkServerTrusted(chain, authType, socket);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("nobody says which name was asked for");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw noClients();
    }

    private static CertificateException noClients() {
        return new CertificateException("this side only asks");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    /** Made for each handshake, of which there are few: connections between instances stay. */
    private X509ExtendedTrustManager authorities() throws CertificateException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            add(store, "own", certificate.trusted());
            if (certificate.trustsPublicAuthorities()) {
                add(store, "public", List.of(of(null).getAcceptedIssuers()));
            }
            if (store.size() == 0) {
                throw new CertificateException("nobody is trusted");
            }
            return of(store);
        } catch (GeneralSecurityException | IOException failed) {
            throw new CertificateException("no authorities to ask", failed);
        }
    }

    private static void add(KeyStore store, String alias, List<X509Certificate> trusted)
            throws GeneralSecurityException {
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry(alias + i, trusted.get(i));
        }
    }

    private static X509ExtendedTrustManager of(@Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }
}
