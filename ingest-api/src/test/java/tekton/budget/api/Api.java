package tekton.budget.api;

import org.apache.catalina.connector.Connector;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import tekton.budget.api.access.AccessSettings;
import tekton.budget.api.config.ClusterSettings;
import tekton.budget.api.config.IngestSettings;
import tekton.budget.api.config.MeteringStart;
import tekton.budget.api.config.ReasonedHttp;
import tekton.budget.api.config.ServerCertificate;
import tekton.budget.api.foreign.ForeignTopics;
import tekton.budget.api.live.LiveSettings;
import tekton.budget.api.publish.KafkaLedgerClient;
import tekton.budget.api.publish.KafkaPriceClient;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.api.publish.PriceClient;
import tekton.budget.api.registry.HermesSettings;
import tekton.budget.broker.FreePorts;
import tekton.budget.kafka.TopicLog;
import tekton.budget.settings.Environment;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;

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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import javax.net.ssl.SSLContext;

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

    /** Without the offer of HTTP/2 that no other client makes: reports take the plain way. */
    private final HttpClient client;

    private final String scheme;

    private final int port;

    /** Whether its own stores answer: they move, are restored, and follow what is written. */
    private final boolean metered;

    private Api(ConfigurableApplicationContext context) {
        this(context, false);
    }

    private Api(ConfigurableApplicationContext context, boolean metered) {
        this(context, metered, null);
    }

    private Api(ConfigurableApplicationContext context, boolean metered, SSLContext tls) {
        HttpClient.Builder plain = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        client = tls == null ? plain.build() : plain.sslContext(tls).build();
        scheme = tls == null ? "http" : "https";
        this.context = context;
        this.metered = metered;
        port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    /** As impatient as it is by default, for tests of what callers are told then. */
    public static Api startImpatient(
            String bootstrapServers, MeteringStart metering, int bytesInFlightMax) {
        IngestSettings local = IngestSettings.local(0, bootstrapServers, Path.of("target"));
        return new Api(
                IngestApplication.start(
                        with(
                                local,
                                local.hermesUrl(),
                                bytesInFlightMax,
                                local.publishTimeout(),
                                local.decisionTimeout(),
                                local.live(),
                                ALONE,
                                true,
                                local.access(),
                                local.cluster()),
                        () -> {},
                        metering,
                        log -> new KafkaLedgerClient(local.kafka(), log, local.decisionTimeout()),
                        log -> new KafkaPriceClient(local.kafka(), log, local.decisionTimeout())));
    }

    /** Without Kafka: what reads asks the ports, what changes the ledger asks that client. */
    public static Api start(MeteringStart metering, LedgerClient ledger) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.find(1).getFirst();
        return start(nobody, metering, _ -> ledger, pricesOf(nobody));
    }

    /** Without Kafka: what changes prices asks that client. */
    public static Api start(MeteringStart metering, PriceClient poller) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.find(1).getFirst();
        return start(nobody, metering, ledgerOf(nobody), _ -> poller);
    }

    private static Api start(
            String bootstrapServers,
            MeteringStart metering,
            Function<TopicLog, LedgerClient> ledger,
            Function<TopicLog, PriceClient> prices) {
        return new Api(
                IngestApplication.start(
                        settings(bootstrapServers, LiveSettings.DEFAULT),
                        () -> {},
                        metering,
                        ledger,
                        prices));
    }

    private static Function<TopicLog, LedgerClient> ledgerOf(String bootstrapServers) {
        return log ->
                new KafkaLedgerClient(KafkaConnection.plain(bootstrapServers), log, Patience.LIMIT);
    }

    private static Function<TopicLog, PriceClient> pricesOf(String bootstrapServers) {
        return log ->
                new KafkaPriceClient(KafkaConnection.plain(bootstrapServers), log, Patience.LIMIT);
    }

    /** With other live streams than by default, on Kafka or without. */
    public static Api startLive(
            String bootstrapServers, MeteringStart metering, LiveSettings live) {
        return new Api(
                IngestApplication.start(
                        settings(bootstrapServers, live),
                        () -> {},
                        metering,
                        ledgerOf(bootstrapServers),
                        pricesOf(bootstrapServers)));
    }

    private static IngestSettings settings(String bootstrapServers, LiveSettings live) {
        IngestSettings local = IngestSettings.local(0, bootstrapServers, Path.of("target"));
        return with(local, local.hermesUrl(), live, ALONE, true);
    }

    private static IngestSettings with(
            IngestSettings local,
            URI hermesUrl,
            LiveSettings live,
            HermesSettings hermes,
            boolean shutdownEndpoint) {
        return with(
                local,
                hermesUrl,
                local.bytesInFlightMax(),
                Patience.LIMIT,
                Patience.LIMIT,
                live,
                hermes,
                shutdownEndpoint,
                AccessSettings.OPEN,
                local.cluster());
    }

    private static IngestSettings with(
            IngestSettings local,
            Duration decisionTimeout,
            AccessSettings access,
            ClusterSettings cluster) {
        return with(
                local,
                local.hermesUrl(),
                local.bytesInFlightMax(),
                Patience.LIMIT,
                decisionTimeout,
                local.live(),
                ALONE,
                true,
                access,
                cluster);
    }

    private static IngestSettings with(
            IngestSettings local,
            URI hermesUrl,
            int bytesInFlightMax,
            Duration publishTimeout,
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
                publishTimeout,
                decisionTimeout,
                local.defaultPolicies(),
                local.zone(),
                live,
                hermes,
                shutdownEndpoint,
                access,
                cluster,
                local.foreign(),
                local.topics(),
                local.tls());
    }

    /** Without Kafka, for callers in a time zone, as the environment names it. */
    public static Api startInZone(String zone, MeteringStart metering) throws IOException {
        List<Integer> ports = FreePorts.find(2);
        Map<String, String> environment =
                Map.of(
                        "BUDGET_ZONE",
                        zone,
                        "BUDGET_PORT",
                        ports.getFirst().toString(),
                        "KAFKA_BOOTSTRAP_SERVERS",
                        "127.0.0.1:" + ports.getLast(),
                        "BUDGET_DATA_DIR",
                        "target",
                        "BUDGET_HERMES",
                        "false");
        return new Api(
                IngestApplication.start(
                        IngestSettings.of(new Environment(environment)),
                        () -> {},
                        metering,
                        _ -> new FakeLedger(),
                        _ -> new FakePriceClient()));
    }

    /** On a Kafka that is there, or is not, with keys. */
    public static Api startGuarded(
            String bootstrapServers, FakeMetering metering, AccessSettings access) {
        IngestSettings local = IngestSettings.local(0, bootstrapServers, Path.of("target"));
        return new Api(
                IngestApplication.start(
                        with(local, Patience.LIMIT, access, local.cluster()),
                        () -> {},
                        metering,
                        _ -> metering.ledger,
                        _ -> new FakePriceClient()));
    }

    /** The application as it is, with its state in a directory. */
    public static Api start(String bootstrapServers, Path dataDirectory) {
        return start(bootstrapServers, dataDirectory, Patience.LIMIT);
    }

    /** The same, waiting less for decisions. */
    public static Api start(String bootstrapServers, Path dataDirectory, Duration decisionTimeout) {
        IngestSettings local = IngestSettings.local(0, bootstrapServers, dataDirectory);
        return new Api(
                IngestApplication.start(
                        with(local, decisionTimeout, local.access(), local.cluster()), () -> {}),
                true);
    }

    /** The application as it is, reading topics of others, and patient for a second only. */
    public static Api startForeign(
            String bootstrapServers, Path dataDirectory, ForeignTopics topics) {
        IngestSettings local = IngestSettings.local(0, bootstrapServers, dataDirectory);
        IngestSettings alone = with(local, Patience.LIMIT, local.access(), local.cluster());
        return new Api(
                IngestApplication.start(
                        new IngestSettings(
                                alone.port(),
                                alone.bind(),
                                false,
                                alone.host(),
                                alone.version(),
                                alone.hermesUrl(),
                                alone.kafka(),
                                dataDirectory,
                                alone.bytesInFlightMax(),
                                Duration.ofSeconds(1),
                                alone.decisionTimeout(),
                                true,
                                alone.zone(),
                                alone.live(),
                                alone.hermes(),
                                true,
                                alone.access(),
                                alone.cluster(),
                                alone.foreign(),
                                topics,
                                null),
                        () -> {}),
                true);
    }

    /** One of several, on a port of its own under which the others know it. */
    public static Api startInstance(
            int port, KafkaConnection kafka, Path dataDirectory, ClusterSettings cluster) {
        IngestSettings local =
                IngestSettings.local(port, kafka.bootstrapServers(), dataDirectory)
                        .withKafka(kafka);
        return new Api(
                IngestApplication.start(
                        with(local, Patience.LIMIT, local.access(), cluster), () -> {}),
                true);
    }

    /** One of several that serve over TLS. */
    public static Api startInstance(
            int port,
            KafkaConnection kafka,
            Path dataDirectory,
            ClusterSettings cluster,
            ServerCertificate certificate,
            SSLContext client) {
        IngestSettings local =
                IngestSettings.local(port, kafka.bootstrapServers(), dataDirectory)
                        .withKafka(kafka);
        return new Api(
                IngestApplication.start(
                        withTls(with(local, Patience.LIMIT, local.access(), cluster), certificate),
                        () -> {}),
                true,
                client);
    }

    /** Without Kafka, over TLS. */
    public static Api startTls(ServerCertificate certificate, SSLContext client)
            throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.find(1).getFirst();
        FakeMetering metering = new FakeMetering();
        return new Api(
                IngestApplication.start(
                        withTls(settings(nobody, LiveSettings.DEFAULT), certificate),
                        () -> {},
                        metering.withoutKafka(),
                        _ -> metering.ledger,
                        _ -> new FakePriceClient()),
                false,
                client);
    }

    private static IngestSettings withTls(IngestSettings plain, ServerCertificate certificate) {
        return new IngestSettings(
                plain.port(),
                plain.bind(),
                plain.openBindAllowed(),
                plain.host(),
                plain.version(),
                plain.hermesUrl(),
                plain.kafka(),
                plain.dataDirectory(),
                plain.bytesInFlightMax(),
                plain.publishTimeout(),
                plain.decisionTimeout(),
                plain.defaultPolicies(),
                plain.zone(),
                plain.live(),
                plain.hermes(),
                plain.shutdownEndpoint(),
                plain.access(),
                plain.cluster(),
                plain.foreign(),
                plain.topics(),
                certificate);
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
                        with(local, hermesUrl, local.live(), hermes, shutdownEndpoint),
                        exit,
                        metering.withoutKafka(),
                        _ -> metering.ledger,
                        pricesOf(nobody)));
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
        return start(
                bootstrapServers, metering, ledgerOf(bootstrapServers), pricesOf(bootstrapServers));
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

    /** The first answer, whatever it is. */
    public HttpResponse<String> getOnce(String path, String... headers) throws Exception {
        return client.send(request(path, headers).GET().build(), BodyHandlers.ofString());
    }

    public HttpResponse<byte[]> getBytes(String path, String... headers) throws Exception {
        return client.send(request(path, headers).GET().build(), BodyHandlers.ofByteArray());
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

    /**
     * The answer, once there is one: that the stores of a whole application move, or have not come
     * to a position, says nothing about what is right. Who tests the waiting itself names {@code
     * wait_ms} or asks once.
     */
    public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        HttpRequest sent = request.build();
        HttpResponse<String> answer = client.send(sent, BodyHandlers.ofString());
        while (metered && isNotYet(answer) && System.nanoTime() - deadline < 0) {
            Thread.sleep(20);
            answer = client.send(sent, BodyHandlers.ofString());
        }
        return answer;
    }

    private static boolean isNotYet(HttpResponse<String> answer) {
        HttpRequest asked = answer.request();
        boolean later =
                asked.method().equals("GET")
                        ? answer.statusCode() == 503 || answer.statusCode() == 504
                        // Nothing was done, or a change whose repeat changes nothing.
                        : answer.body().contains("\"position_not_reached\"");
        return later && !asked.uri().toString().contains("wait_ms=");
    }

    public HttpRequest.Builder request(String path, String... headers) {
        // Longer than the application itself may wait.
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(scheme, path)).timeout(Patience.LIMIT.multipliedBy(2));
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** Whether the connection from that port is Tomcat's, and not in the lane beside it. */
    public boolean isWithTomcat(int port) {
        TomcatWebServer server =
                (TomcatWebServer) ((ServletWebServerApplicationContext) context).getWebServer();
        Connector connector = Objects.requireNonNull(server).getTomcat().getConnector();
        return ((ReasonedHttp) connector.getProtocolHandler())
                .lane().getConnections().stream().anyMatch(each -> each.getRemotePort() == port);
    }

    /** What the server sends back, until it closes, to bytes that no client library would send. */
    public String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout((int) Patience.LIMIT.toMillis());
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

    /** Waits, within a bound, until something holds. */
    public static <E extends Exception> void await(Patience.Condition<E> condition) throws E {
        Patience.await(condition);
    }

    @Override
    public void close() {
        client.close();
        context.close();
    }
}
