package tekton.budget.testbroker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority of a test's own, and certificates by it for localhost and 127.0.0.1, made by the
 * JDK's {@code keytool}. One thread.
 */
public final class TestCertificates {

    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final Path store;

    private TestCertificates(Path directory) {
        this.directory = directory;
        store = directory.resolve("store.p12");
    }

    /** With an authority that no one else has. */
    public static TestCertificates in(Path directory) throws Exception {
        TestCertificates made = new TestCertificates(Files.createDirectories(directory));
        made.keytool("-alias", "ca", "-dname", "CN=authority", "-ext", "bc:c", "-validity", "30");
        return made;
    }

    /**
     * A certificate that is valid.
     *
     * @param name of the files: {@link #certificate} and {@link #key}
     */
    public TestCertificates issue(String name) throws Exception {
        return issue(name, "-1H", 30);
    }

    /**
     * A certificate; one of that name before is replaced.
     *
     * @param begin when it begins, as keytool has it: {@code -3d}
     * @param days how long it is valid
     */
    public TestCertificates issue(String name, String begin, int days) throws Exception {
        String alias = name + System.nanoTime();
        keytool(
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-signer",
                "ca",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-startdate",
                begin,
                "-validity",
                String.valueOf(days));
        KeyStore keys = keys();
        StringBuilder chain = new StringBuilder();
        for (Certificate each : keys.getCertificateChain(alias)) {
            chain.append(pem("CERTIFICATE", each.getEncoded()));
        }
        Key key = keys.getKey(alias, PASSWORD.toCharArray());
        Files.writeString(certificate(name), chain);
        Files.writeString(key(name), pem("PRIVATE KEY", key.getEncoded()));
        return this;
    }

    /** The certificate of that name, and behind it the authority's, in PEM. */
    public Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    /** The key of that name, in PEM. */
    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    /** Of a client that trusts the authority and nobody else. */
    public SSLContext client() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", keys().getCertificate("ca"));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private KeyStore keys() throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-J-XX:TieredStopAtLevel=1",
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    private static String pem(String type, byte[] bytes) {
        return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
                .formatted(type, Base64.getMimeEncoder().encodeToString(bytes));
    }
}
