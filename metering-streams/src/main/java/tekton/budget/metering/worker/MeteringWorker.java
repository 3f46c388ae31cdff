package tekton.budget.metering.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.kafka.UntilConnected;
import tekton.budget.metering.config.Metering;
import tekton.budget.metering.config.RevivalPace;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.remote.PeerEndpoint;
import tekton.budget.metering.query.remote.PeerSecret;
import tekton.budget.settings.DataDirectory;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A member of the metering's groups without the HTTP API. On its port it answers other instances,
 * and {@code /health} and {@code /ready}; everything else is 404. A reader of what it owns asks an
 * instance with the API, which asks it.
 */
public final class MeteringWorker implements AutoCloseable {

    static {
        // Before the first logger is made; who starts the process may have said otherwise.
        System.setProperty(
                "logback.configurationFile",
                System.getProperty("logback.configurationFile", "worker-logback.xml"));
        // The server's own bounds, which it knows by these names only: seconds that a request may
        // take to come in, and connections at a time.
        System.setProperty("sun.net.httpserver.maxReqTime", "20");
        System.setProperty("jdk.httpserver.maxConnections", "1024");
    }

    private static final Logger LOG = LoggerFactory.getLogger(MeteringWorker.class);

    private static final int STOP_SECONDS = 2;

    private final WorkerSettings settings;
    private final HttpServer http;
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    private final MeteringMetrics metrics = new MeteringMetrics(new SimpleMeterRegistry());
    private final Thread starter;
    private volatile @Nullable Metering metering;

    private MeteringWorker(WorkerSettings settings) throws IOException {
        this.settings = settings;
        http = HttpServer.create(new InetSocketAddress(settings.bind(), settings.port()), 0);
        http.setExecutor(handlers);
        http.createContext("/", exchange -> answer(exchange, 404, "not found"));
        http.createContext("/health", exchange -> answer(exchange, 200, "serving"));
        http.createContext("/ready", this::ready);
        http.createContext(PeerEndpoint.PATH, this::ask);
        starter = Thread.ofPlatform().name("metering-start").unstarted(this::keepWorking);
    }

    /** Works by the settings in the environment until the process is told to stop. */
    public static void main(String[] arguments) {
        try {
            Environment environment = new Environment(System.getenv());
            WorkerSettings settings = WorkerSettings.of(environment);
            DataDirectory.claim(settings.dataDirectory());
            MeteringWorker worker = start(settings);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(worker::close));
        } catch (InvalidSettingException impossible) {
            System.err.println(impossible.getMessage());
            System.exit(1);
        } catch (IOException impossible) {
            System.err.println("BUDGET_PORT: " + impossible.getMessage());
            System.exit(1);
        }
    }

    /**
     * Starts working and returns. Kafka need not be there yet.
     *
     * @throws IOException if the port cannot be had
     */
    static MeteringWorker start(WorkerSettings settings) throws IOException {
        MeteringWorker worker = new MeteringWorker(settings);
        worker.http.start();
        worker.starter.start();
        return worker;
    }

    @Override
    public void close() {
        starter.interrupt();
        try {
            starter.join();
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        Metering running = metering;
        if (running != null) {
            running.close();
        }
        http.stop(STOP_SECONDS);
        handlers.close();
    }

    private void keepWorking() {
        RevivalPace pace = new RevivalPace();
        try {
            while (true) {
                Metering running =
                        UntilConnected.connect(
                                settings.kafka().bootstrapServers(),
                                () -> Metering.start(settings.metering(), metrics));
                metering = running;
                LOG.info(
                        "Working; Kafka is {}, others ask at {}:{}",
                        settings.kafka().bootstrapServers(),
                        settings.host(),
                        settings.port());
                long since = System.nanoTime();
                String part = running.gaveUp().get();
                Duration pause = pace.after(Duration.ofNanos(System.nanoTime() - since));
                LOG.error("{} gave up; it starts anew in {} s", part, pause.toSeconds());
                Thread.sleep(pause);
                running.close();
                metering = null;
            }
        } catch (InterruptedException stop) {
            // As it was told.
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        }
    }

    private void ready(HttpExchange exchange) throws IOException {
        Metering running = metering;
        if (running != null && running.status().queryable()) {
            answer(exchange, 200, "ready");
        } else {
            answer(exchange, 503, "not ready");
        }
    }

    private void ask(HttpExchange exchange) throws IOException {
        try (exchange) {
            Metering running = metering;
            String path = exchange.getRequestURI().getRawPath();
            if (!exchange.getRequestMethod().equals("POST")) {
                answer(exchange, 404, "not found");
            } else if (running == null) {
                answer(exchange, 503, "starting");
            } else {
                running.peers()
                        .orElseThrow()
                        .answer(
                                exchange.getRequestHeaders().getFirst(PeerSecret.HEADER),
                                path.substring(PeerEndpoint.PATH.length()),
                                exchange.getRequestBody(),
                                (status, lag) -> begin(exchange, status, lag));
            }
        }
    }

    private static OutputStream begin(HttpExchange exchange, int status, @Nullable Long lag)
            throws IOException {
        if (lag != null) {
            exchange.getResponseHeaders().set(PeerEndpoint.LAG, String.valueOf(lag));
        }
        // 204 has no body, and this server wants to be told so.
        exchange.sendResponseHeaders(status, status == PeerEndpoint.UNKNOWN ? -1 : 0);
        return exchange.getResponseBody();
    }

    private static void answer(HttpExchange exchange, int status, String words) throws IOException {
        try (exchange) {
            byte[] body = "{\"status\":\"%s\"}".formatted(words).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
