package tekton.budget.api;

import tekton.budget.testbroker.Patience;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Requests as they are spelled, over one connection that stays while the server lets it: no client
 * library tidies them up. One thread.
 */
final class HttpWire implements AutoCloseable {

    private final int port;
    private Socket socket;
    private InputStream in;

    HttpWire(int port) {
        this.port = port;
    }

    /** What came back; the body is empty where it is a stream. */
    record WireAnswer(int status, String body) {}

    /**
     * The answer to a request.
     *
     * @param target the path as it goes over the wire
     * @param headers whole lines
     */
    WireAnswer ask(String method, String target, String body, String... headers)
            throws IOException {
        StringBuilder head = new StringBuilder(method + ' ' + target + " HTTP/1.1\r\n");
        head.append("Host: localhost\r\nContent-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length)
                .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        byte[] bytes = (head + "\r\n" + body).getBytes(StandardCharsets.UTF_8);
        boolean reused = socket != null;
        try {
            return exchange(method, bytes);
        } catch (IOException ended) {
            // A connection that the server has closed behind its last answer.
            close();
            if (!reused) {
                throw ended;
            }
            return exchange(method, bytes);
        }
    }

    private WireAnswer exchange(String method, byte[] bytes) throws IOException {
        if (socket == null) {
            socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Patience.LIMIT.toMillis());
            in = new BufferedInputStream(socket.getInputStream());
        }
        socket.getOutputStream().write(bytes);
        int status = Integer.parseInt(line().substring(9, 12));
        int length = -1;
        boolean closes = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            closes |= lower.equals("connection: close");
        }
        boolean bodiless = method.equals("HEAD") || status == 204 || status == 304;
        String body = "";
        if (!bodiless && length >= 0) {
            body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }
        if (closes || (!bodiless && length < 0)) {
            close();
        }
        return new WireAnswer(status, body);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server has closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
