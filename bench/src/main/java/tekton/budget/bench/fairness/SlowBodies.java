package tekton.budget.bench.fairness;

import tekton.budget.bench.http.Requests;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * Clients that announce the largest array there may be. Every other one sends nothing of it, the
 * rest a byte every 100 ms. Whoever is refused, or loses the connection, begins again at once.
 */
final class SlowBodies implements Greed {

    private static final int ANNOUNCED_BYTES = 16 * 1024 * 1024;
    private static final int DRIBBLE_MS = 100;
    private static final int CONNECT_TIMEOUT_MS = 2_000;

    private final InetSocketAddress address;
    private final InetAddress from;
    private final String path;
    private final int clients;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Long> answers = new ConcurrentSkipListMap<>();
    private volatile boolean closing;

    SlowBodies(InetSocketAddress address, InetAddress from, String path, int clients) {
        this.address = address;
        this.from = from;
        this.path = path;
        this.clients = clients;
    }

    @Override
    public void start() {
        for (int i = 0; i < clients; i++) {
            boolean dribbles = i % 2 == 1;
            threads.add(Thread.ofVirtual().start(() -> run(dribbles)));
        }
    }

    private void run(boolean dribbles) {
        while (!closing) {
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(from, 0));
                socket.connect(address, CONNECT_TIMEOUT_MS);
                socket.setSoTimeout(DRIBBLE_MS);
                socket.getOutputStream()
                        .write(
                                Requests.postHead(
                                        address, path, "application/json", ANNOUNCED_BYTES));
                count(dribble(socket, dribbles));
            } catch (IOException e) {
                if (!closing) {
                    count(e.getClass().getSimpleName());
                }
            }
            pause();
        }
    }

    /** The status of the answer, once there is one. */
    private String dribble(Socket socket, boolean dribbles) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] line = new byte["HTTP/1.1 503".length()];
        while (!closing) {
            try {
                int count = in.readNBytes(line, 0, line.length);
                return count < line.length
                        ? "closed"
                        : new String(line, StandardCharsets.US_ASCII).substring(line.length - 3);
            } catch (SocketTimeoutException nothingYet) {
                if (dribbles) {
                    send(socket);
                }
            }
        }
        return "cut off";
    }

    private static void send(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write('[');
        } catch (SocketException closed) {
            // What it was told is read next.
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(DRIBBLE_MS);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(String what) {
        answers.merge(what, 1L, Long::sum);
    }

    @Override
    public Map<String, Long> answers() {
        return answers;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
