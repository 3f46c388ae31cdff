package tekton.budget.api;

import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import tekton.budget.api.config.IngestSettings;
import tekton.budget.api.config.MeteringStart;
import tekton.budget.api.publish.KafkaLedgerClient;
import tekton.budget.api.publish.KafkaPriceDesk;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.api.publish.PriceDesk;
import tekton.budget.api.publish.PublisherSettings;
import tekton.budget.broker.FreePorts;

import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** The application on a free port, and a client that speaks to it. */
public final class Api implements AutoCloseable {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    private Api(ConfigurableApplicationContext context) {
        this.context = context;
        port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    public static Api start(String bootstrapServers, MeteringStart metering, int bytesInFlightMax) {
        return start(
                bootstrapServers,
                metering,
                bytesInFlightMax,
                KafkaLedgerClient.of(bootstrapServers, Duration.ofSeconds(5)));
    }

    /** Without Kafka: what reads asks the ports, what changes the ledger asks that client. */
    public static Api start(MeteringStart metering, LedgerClient ledger) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.find(1).getFirst();
        return start(nobody, metering, PublisherSettings.BYTES_IN_FLIGHT_DEFAULT, ledger);
    }

    /** Without Kafka: what changes prices asks that desk. */
    public static Api start(MeteringStart metering, PriceDesk desk) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.find(1).getFirst();
        return start(
                nobody,
                metering,
                PublisherSettings.BYTES_IN_FLIGHT_DEFAULT,
                KafkaLedgerClient.of(nobody, Duration.ofSeconds(5)),
                desk);
    }

    private static Api start(
            String bootstrapServers,
            MeteringStart metering,
            int bytesInFlightMax,
            LedgerClient ledger) {
        return start(
                bootstrapServers,
                metering,
                bytesInFlightMax,
                ledger,
                new KafkaPriceDesk(bootstrapServers, Duration.ofSeconds(5)));
    }

    private static Api start(
            String bootstrapServers,
            MeteringStart metering,
            int bytesInFlightMax,
            LedgerClient ledger,
            PriceDesk desk) {
        IngestSettings local = IngestSettings.local(0, bootstrapServers, Path.of("target"));
        return new Api(
                IngestApplication.start(
                        new IngestSettings(
                                0,
                                "127.0.0.1",
                                false,
                                local.host(),
                                local.version(),
                                local.hermesUrl(),
                                bootstrapServers,
                                local.dataDirectory(),
                                bytesInFlightMax,
                                local.decisionTimeout(),
                                local.defaultPolicies()),
                        metering,
                        ledger,
                        desk));
    }

    /** The application as it is, with its state in a directory. */
    public static Api start(String bootstrapServers, Path dataDirectory) {
        return new Api(
                IngestApplication.start(IngestSettings.local(0, bootstrapServers, dataDirectory)));
    }

    public static Api start(String bootstrapServers, MeteringStart metering) {
        return start(bootstrapServers, metering, PublisherSettings.BYTES_IN_FLIGHT_DEFAULT);
    }

    public Api awaitHealthy() throws Exception {
        await(() -> get("/health").statusCode() == 200);
        return this;
    }

    public HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(request(path, headers).GET());
    }

    public HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return post(path, BodyPublishers.ofString(body), headers);
    }

    public HttpResponse<String> post(String path, byte[] body, String... headers) throws Exception {
        return post(path, BodyPublishers.ofByteArray(body), headers);
    }

    public HttpResponse<String> post(String path, BodyPublisher body, String... headers)
            throws Exception {
        return send(request(path, headers).POST(body));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(40));
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** What the server sends back, until it closes, to bytes that no client library would send. */
    public String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    public static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits, within a bound, until something holds. */
    public static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come to hold within 30 s");
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        client.close();
        context.close();
    }
}
