package tekton.budget.metering.query.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.HostInfo;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.local.Peer;
import tekton.budget.metering.query.local.Question;
import tekton.budget.metering.query.local.TotalsShard.OfRows;
import tekton.budget.metering.query.local.TotalsShard.RowCount;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Another instance: the endpoint as it is, behind HTTP, with the answers that a test gives it. */
public final class Instance implements Peer, AutoCloseable {

    static final PeerSecret SECRET = new PeerSecret("0123456789abcdef0123456789abcdef");

    private final HttpServer http;
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Question<?>> asked = new CopyOnWriteArrayList<>();
    private final Function<Question<?>, Answer<?>> answers;
    private final List<Bytes> rows;

    /**
     * Starts it.
     *
     * @param rows the keys of what it shows to a visitor before it answers
     */
    public Instance(Function<Question<?>, Answer<?>> answers, Bytes... rows) throws IOException {
        this.answers = answers;
        this.rows = List.of(rows);
        http = start(this::ask);
    }

    /** Something else at an instance's port, which says the same to everybody. */
    Instance(int status, String body) throws IOException {
        answers = _ -> new Answer.Unknown<>();
        rows = List.of();
        http =
                start(
                        exchange -> {
                            try (exchange) {
                                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                                exchange.sendResponseHeaders(
                                        status, bytes.length == 0 ? -1 : bytes.length);
                                exchange.getResponseBody().write(bytes);
                            }
                        });
    }

    HostInfo host() {
        return new HostInfo("localhost", http.getAddress().getPort());
    }

    /** What it was asked. */
    List<Question<?>> asked() {
        return asked;
    }

    @Override
    @SuppressWarnings("unchecked") // each test gives the answers to its own questions
    public <R> Answer<R> ask(Question<R> question) {
        asked.add(question);
        return (Answer<R>) answers.apply(question);
    }

    @Override
    public Answer<RowCount> visit(OfRows question, BiConsumer<Bytes, byte[]> visitor) {
        rows.forEach(key -> visitor.accept(key, key.get()));
        return ask(question);
    }

    @Override
    public void close() {
        http.stop(0);
        handlers.close();
    }

    private HttpServer start(HttpHandler handler) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(handlers);
        server.createContext(PeerEndpoint.PATH, handler);
        server.start();
        return server;
    }

    private void ask(HttpExchange exchange) throws IOException {
        try (exchange) {
            new PeerEndpoint(SECRET, this)
                    .answer(
                            exchange.getRequestHeaders().getFirst(PeerSecret.HEADER),
                            exchange.getRequestURI()
                                    .getPath()
                                    .substring(PeerEndpoint.PATH.length()),
                            exchange.getRequestBody(),
                            (status, lag) -> begin(exchange, status, lag));
        }
    }

    private static OutputStream begin(HttpExchange exchange, int status, Long lag)
            throws IOException {
        if (lag != null) {
            exchange.getResponseHeaders().set(PeerEndpoint.LAG, String.valueOf(lag));
        }
        exchange.sendResponseHeaders(status, status == PeerEndpoint.UNKNOWN ? -1 : 0);
        return exchange.getResponseBody();
    }
}
