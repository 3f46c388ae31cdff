package tekton.budget.poller;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** A price source over HTTP that answers as a test has it answer, however badly. */
public final class FakeFeed implements AutoCloseable {

    /** The date that every list has. */
    public static final String LAST_MODIFIED = "Tue, 01 Sep 2026 10:00:00 GMT";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Integer> statuses = new CopyOnWriteArrayList<>();
    private final Queue<Answer> once = new ArrayDeque<>();
    private volatile Answer answer = exchange -> plain(exchange, 404, "");
    private volatile @Nullable String tag;
    private volatile @Nullable HttpExchange last;

    @FunctionalInterface
    private interface Answer {
        void give(HttpExchange exchange) throws IOException, InterruptedException;
    }

    public FakeFeed() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/prices.json");
    }

    /** From now on every request is answered so. */
    public FakeFeed answer(int status, String body) {
        tag = null;
        return always(exchange -> plain(exchange, status, body));
    }

    /** What is answered as always is answered once more, then this, then the next so named. */
    public FakeFeed thenOnce(int status, String body) {
        synchronized (once) {
            if (once.isEmpty()) {
                once.add(answer);
            }
            once.add(exchange -> plain(exchange, status, body));
        }
        return this;
    }

    /** The list has this entity tag: who names it hears that nothing has changed. */
    public FakeFeed withTag(String entityTag) {
        tag = entityTag;
        return this;
    }

    public void truncated(String body, int promised) {
        always(
                exchange -> {
                    statuses.add(200);
                    exchange.sendResponseHeaders(200, promised);
                    exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                    exchange.close();
                });
    }

    /** Compressed bytes, behind them so many zeros. */
    public void compressed(byte[] bytes, int zeros) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
            gzip.write(new byte[zeros]);
        }
        bytes(out.toByteArray());
    }

    public void truncatedGzip(String body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        }
        bytes(java.util.Arrays.copyOf(out.toByteArray(), out.size() - 12));
    }

    public void huge(int size) {
        bytes(new byte[size]);
    }

    /** A byte now and then, for ever. */
    public void trickle(String body) {
        always(
                exchange -> {
                    statuses.add(200);
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream out = exchange.getResponseBody();
                    for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
                        out.write(b);
                        out.flush();
                        if (closed.await(100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                            break;
                        }
                    }
                });
    }

    /** No answer at all. */
    public void silent() {
        always(exchange -> closed.await());
    }

    /** How requests were answered, in order. */
    public List<Integer> statuses() {
        return List.copyOf(statuses);
    }

    /** A header of the latest request; null when it had none. */
    public @Nullable String lastHeader(String name) {
        HttpExchange exchange = last;
        return exchange == null ? null : exchange.getRequestHeaders().getFirst(name);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private FakeFeed always(Answer given) {
        synchronized (once) {
            once.clear();
        }
        answer = given;
        return this;
    }

    private void bytes(byte[] bytes) {
        always(
                exchange -> {
                    statuses.add(200);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                });
    }

    private void handle(HttpExchange exchange) throws IOException {
        last = exchange;
        Answer next;
        synchronized (once) {
            next = once.isEmpty() ? answer : once.remove();
        }
        try (exchange) {
            next.give(exchange);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void plain(HttpExchange exchange, int status, String body) throws IOException {
        String current = tag;
        if (current != null
                && current.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            statuses.add(304);
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        statuses.add(status);
        if (current != null) {
            exchange.getResponseHeaders().add("ETag", current);
        }
        exchange.getResponseHeaders().add("Last-Modified", LAST_MODIFIED);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
