package tekton.budget.alerting.deliver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A webhook's receiver that behaves as badly as it is told. On loopback. */
public final class TestServer implements AutoCloseable {

    /** A request that arrived whole. */
    public record Request(String line, Map<String, String> headers, String body) {}

    /** What it does after it has read a request. */
    @FunctionalInterface
    public interface Behaviour {
        /** Answers, or does not; the socket is closed afterwards. */
        void answer(Socket socket, CountDownLatch closed) throws Exception;
    }

    /** Answers a status and nothing else. */
    public static Behaviour status(int status) {
        return raw("HTTP/1.1 %d Whatever\r\nContent-Length: 0\r\n\r\n".formatted(status));
    }

    /** Answers those bytes. */
    public static Behaviour raw(String answer) {
        return (socket, _) -> socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
    }

    /** Never answers. */
    public static Behaviour silence() {
        return (_, closed) -> closed.await();
    }

    private final ServerSocket server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour;

    public TestServer(Behaviour behaviour) {
        this.behaviour = behaviour;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Where it is. */
    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/hook?x=1";
    }

    /** What has arrived. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** From now on it behaves like this. */
    public void behave(Behaviour other) {
        behaviour = other;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException ended) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            requests.add(read(new BufferedInputStream(socket.getInputStream())));
            behaviour.answer(socket, closed);
        } catch (Exception gone) {
            // The client has had enough.
        }
    }

    private static Request read(InputStream in) throws IOException {
        String line = line(in);
        Map<String, String> headers = new HashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Request(line, headers, new String(in.readNBytes(length), UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
