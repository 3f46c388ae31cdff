package tekton.budget.api;

import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import tekton.budget.api.access.AccessSettings;
import tekton.budget.api.config.ClusterSettings;
import tekton.budget.api.config.IngestSettings;
import tekton.budget.api.config.MeteringStart;
import tekton.budget.api.hermes.HermesSettings;
import tekton.budget.api.live.LiveSettings;
import tekton.budget.api.publish.KafkaLedgerClient;
import tekton.budget.api.publish.KafkaPriceDesk;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.api.publish.PriceDesk;
import tekton.budget.api.publish.PublisherSettings;
import tekton.budget.broker.FreePorts;
import tekton.budget.settings.KafkaConnection;

import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
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
import java.util.Collection;

/** The application on a free port, and a client that speaks to it. */
public final class Api implements AutoCloseable {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    /** No test may depend on, or tell, a Hermes that happens to be there. */
    private static final HermesSettings ALONE =
            new HermesSettings(false, "Budget", HermesSettings.Penia.NEVER, Path.of("target"));

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
                KafkaLedgerClient.of(
                        KafkaConnection.plain(bootstrapServers), Duration.ofSeconds(5)));
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
                KafkaLedgerClient.of(KafkaConnection.plain(nobody), Duration.ofSeconds(5)),
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
                new KafkaPriceDesk(KafkaConnection.plain(bootstrapServers), Duration.ofSeconds(5)));
    }

    private static Api start(
            String bootstrapServers,
            MeteringStart metering,
            int bytesInFlightMax,
            LedgerClient ledger,
            PriceDesk desk) {
        return new Api(
                IngestApplication.start(
                        settings(bootstrapServers, bytesInFlightMax, LiveSettings.DEFAULT),
                        () -> {},
                        metering,
                        ledger,
                        desk));
    }

    /** With other live streams than by default, on Kafka or without. */
    public static Api startLive(
            String bootstrapServers, MeteringStart metering, LiveSettings live) {
        return new Api(
                IngestApplication.start(
                        settings(bootstrapServers, PublisherSettings.BYTES_IN_FLIGHT_DEFAULT, live),
                        () -> {},
                        metering,
                        KafkaLedgerClient.of(
                                KafkaConnection.plain(bootstrapServers), Duration.ofSeconds(5)),
                        new KafkaPriceDesk(
                                KafkaConnection.plain(bootstrapServers), Duration.ofSeconds(5))));
    }

    private static IngestSettings settings(
            String bootstrapServers, int bytesInFlightMax, LiveSettings live) {
        IngestSettings local = IngestSettings.local(0, bootstrapServers, Path.of("target"));
        return with(local, local.hermesUrl(), bytesInFlightMax, live, ALONE, true);
    }

    private static IngestSettings with(
            IngestSettings local,
            URI hermesUrl,
            int bytesInFlightMax,
            LiveSettings live,
            HermesSettings hermes,
            boolean shutdownEndpoint) {
        return with(
                local,
                hermesUrl,
                bytesInFlightMax,
                local.decisionTimeout(),
                live,
                hermes,
                shutdownEndpoint,
                AccessSettings.OPEN);
    }

    private static IngestSettings with(
            IngestSettings local,
            URI hermesUrl,
            int bytesInFlightMax,
            Duration decisionTimeout,
            LiveSettings live,
            HermesSettings hermes,
            boolean shutdownEndpoint,
            AccessSettings access) {
        return with(
                local,
                hermesUrl,
                bytesInFlightMax,
                decisionTimeout,
                live,
                hermes,
                shutdownEndpoint,
                access,
                local.cluster());
    }

    private static IngestSettings with(
            IngestSettings local,
            URI hermesUrl,
            int bytesInFlightMax,
            Duration decisionTimeout,
            LiveSettings live,
            HermesSettings hermes,
            boolean shutdownEndpoint,
            AccessSettings access,
            ClusterSettings cluster) {
        return new IngestSettings(
                local.port(),
                "127.0.0.1",
                false,
                local.host(),
                local.version(),
                hermesUrl,
                local.kafka(),
                local.dataDirectory(),
                bytesInFlightMax,
                decisionTimeout,
                local.defaultPolicies(),
                live,
                hermes,
                shutdownEndpoint,
                access,
                cluster);
    }

    /** On a Kafka that is there, or is not, with keys. */
    public static Api startGuarded(
            String bootstrapServers, FakeMetering metering, AccessSettings access) {
        IngestSettings local = IngestSettings.local(0, bootstrapServers, Path.of("target"));
        return new Api(
                IngestApplication.start(
                        with(
                                local,
                                local.hermesUrl(),
                                local.bytesInFlightMax(),
                                local.decisionTimeout(),
                                local.live(),
                                ALONE,
                                true,
                                access),
                        () -> {},
                        metering,
                        metering.ledger,
                        new FakePriceDesk()));
    }

    /** The application as it is, with its state in a directory. */
    public static Api start(String bootstrapServers, Path dataDirectory) {
        return start(
                bootstrapServers,
                dataDirectory,
                IngestSettings.local(0, bootstrapServers, dataDirectory).decisionTimeout());
    }

    /** The same, waiting less for decisions. */
    public static Api start(String bootstrapServers, Path dataDirectory, Duration decisionTimeout) {
        IngestSettings local = IngestSettings.local(0, bootstrapServers, dataDirectory);
        return new Api(
                IngestApplication.start(
                        with(
                                local,
                                local.hermesUrl(),
                                local.bytesInFlightMax(),
                                decisionTimeout,
                                local.live(),
                                ALONE,
                                true,
                                local.access()),
                        () -> {}));
    }

    /** One of several, on a port of its own under which the others know it. */
    public static Api startInstance(
            int port, KafkaConnection kafka, Path dataDirectory, ClusterSettings cluster) {
        IngestSettings local =
                IngestSettings.local(port, kafka.bootstrapServers(), dataDirectory)
                        .withKafka(kafka);
        return new Api(
                IngestApplication.start(
                        with(
                                local,
                                local.hermesUrl(),
                                local.bytesInFlightMax(),
                                local.decisionTimeout(),
                                local.live(),
                                ALONE,
                                true,
                                local.access(),
                                cluster),
                        () -> {}));
    }

    /** Without Kafka, but a citizen: registered with Hermes, and ended by who may end it. */
    public static Api startCitizen(
            URI hermesUrl, HermesSettings hermes, boolean shutdownEndpoint, Runnable exit)
            throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.find(1).getFirst();
        IngestSettings local = IngestSettings.local(0, nobody, Path.of("target"));
        FakeMetering metering = new FakeMetering();
        return new Api(
                IngestApplication.start(
                        with(
                                local,
                                hermesUrl,
                                local.bytesInFlightMax(),
                                local.live(),
                                hermes,
                                shutdownEndpoint),
                        exit,
                        metering.withoutKafka(),
                        metering.ledger,
                        new KafkaPriceDesk(KafkaConnection.plain(nobody), Duration.ofSeconds(5))));
    }

    /** A part of the application. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** All parts of a kind. */
    public <T> Collection<T> beans(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    public static Api start(String bootstrapServers, MeteringStart metering) {
        return start(bootstrapServers, metering, PublisherSettings.BYTES_IN_FLIGHT_DEFAULT);
    }

    /** Where it serves. */
    public int port() {
        return port;
    }

    public Api awaitHealthy() throws Exception {
        await(() -> get("/health").statusCode() == 200);
        return this;
    }

    /** The address of a path, in a scheme. */
    public URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + port + path);
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

    /** The status alone: an answer may be a stream without end. */
    public int status(String method, String path, String... headers) throws Exception {
        HttpResponse<InputStream> response =
                client.send(
                        request(path, headers).method(method, BodyPublishers.noBody()).build(),
                        BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri("http", path)).timeout(Duration.ofSeconds(40));
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
        return json(response.body());
    }

    public static JsonNode json(String text) {
        return JSON.readTree(text);
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
