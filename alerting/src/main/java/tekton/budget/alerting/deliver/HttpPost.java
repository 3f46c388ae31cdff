package tekton.budget.alerting.deliver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One POST to a stranger's server, and its status: follows no redirect, reads nothing of the answer
 * but its first line, ends within a bound, and connects to the very address that was looked at
 * before, which the JDK's own client cannot be held to. Thread-safe.
 */
final class HttpPost implements AutoCloseable {

    private static final int STATUS_LINE_MAX = 512;

    /** The most lines of an answer that are looked at. */
    private static final int LINES_MAX = 100;

    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private final boolean privateTargetsAllowed;
    private final Duration bound;
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("webhook-bound").factory());

    HttpPost(boolean privateTargetsAllowed, Duration bound) {
        this.privateTargetsAllowed = privateTargetsAllowed;
        this.bound = bound;
    }

    /**
     * Sends the body and answers the status.
     *
     * @throws IOException if there is no answer, or the target may not be asked; the message says
     *     which
     */
    int send(URI url, Map<String, String> headers, byte[] body) throws IOException {
        try (Socket socket = new Socket()) {
            AtomicBoolean late = new AtomicBoolean();
            ScheduledFuture<?> end =
                    watch.schedule(
                            () -> {
                                late.set(true);
                                closeQuietly(socket);
                            },
                            bound.toMillis(),
                            TimeUnit.MILLISECONDS);
            try {
                return exchange(connected(socket, url), url, headers, body);
            } catch (IOException failed) {
                throw late.get()
                        ? new IOException(
                                "no answer within %d s".formatted(bound.toSeconds()), failed)
                        : failed;
            } finally {
                end.cancel(false);
            }
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private Socket connected(Socket socket, URI url) throws IOException {
        String host = host(url);
        boolean secure = "https".equals(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : secure ? HTTPS : HTTP;
        socket.connect(new InetSocketAddress(target(host), port), (int) bound.toMillis());
        if (!secure) {
            return socket;
        }
        SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, host, port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private InetAddress target(String host) throws UnknownHostException, RefusedTargetException {
        InetAddress[] all = InetAddress.getAllByName(host);
        for (InetAddress address : all) {
            if (!privateTargetsAllowed && !Targets.isPublic(address)) {
                throw new RefusedTargetException(host);
            }
        }
        return all[0];
    }

    /** The target is this machine or in a private network. */
    static final class RefusedTargetException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedTargetException(String host) {
            super(
                    "%s is not on the public internet (BUDGET_ALERT_ALLOW_PRIVATE_TARGETS=true allows it)"
                            .formatted(host));
        }
    }

    private static int exchange(Socket socket, URI url, Map<String, String> headers, byte[] body)
            throws IOException {
        OutputStream out = socket.getOutputStream();
        ByteArrayOutputStream request = new ByteArrayOutputStream(body.length + 512);
        request.write(head(url, headers, body.length).getBytes(ISO_8859_1));
        request.write(body);
        request.writeTo(out);
        out.flush();
        return status(socket.getInputStream());
    }

    private static String head(URI url, Map<String, String> headers, int length) {
        StringBuilder head = new StringBuilder(512);
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        head.append("POST ").append(path);
        if (url.getRawQuery() != null) {
            head.append('?').append(url.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(url.getHost());
        if (url.getPort() >= 0) {
            head.append(':').append(url.getPort());
        }
        head.append("\r\nUser-Agent: Budget\r\nContent-Type: application/json\r\n")
                .append("Content-Length: ")
                .append(length)
                .append("\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString();
    }

    /**
     * Of {@code HTTP/1.1 204 No Content}; what is said before the answer, such as 103, is not it.
     */
    private static int status(InputStream in) throws IOException {
        for (int i = 0; i < LINES_MAX; i++) {
            String line = line(in);
            String[] parts = line.split(" ", 3);
            boolean http = parts.length >= 2 && parts[0].startsWith("HTTP/1.");
            if (!http || !parts[1].matches("[1-5][0-9]{2}")) {
                throw new IOException(line.isEmpty() ? "closed without an answer" : "not HTTP");
            }
            if (!parts[1].startsWith("1")) {
                return Integer.parseInt(parts[1]);
            }
            while (!line.isEmpty() && i < LINES_MAX) {
                line = line(in);
                i++;
            }
        }
        throw new IOException("no answer behind what was said before it");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        int next = in.read();
        while (next >= 0 && next != '\n' && line.length() < STATUS_LINE_MAX) {
            line.append((char) next);
            next = in.read();
        }
        return line.toString().strip();
    }

    /** Without the brackets of an IPv6 address. */
    private static String host(URI url) {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException closedAllTheSame) {
            // Whoever uses it notices.
        }
    }
}
