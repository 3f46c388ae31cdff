package tekton.budget.api.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import tekton.budget.api.Api;
import tekton.budget.api.registry.HermesSettings.Penia;
import tekton.budget.api.route.Capability;
import tekton.budget.api.route.ServiceIdentity;
import tekton.budget.broker.FreePorts;
import tekton.budget.testbroker.Patience;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Against servers that behave as Hermes does, and as it should not. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HermesLinkTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Instant NOW = Instant.parse("2025-05-01T10:00:00.125Z");

    private static final List<HermesTool> TOOLS =
            List.of(
                    new HermesTool(
                            "budget_A", "Does a", "{\"type\":\"object\"}", "/api/tools/A/execute"),
                    new HermesTool(
                            "budget_B", "Does b", "{\"type\":\"object\"}", "/api/tools/B/execute"));

    private static final Logger LOGGER =
            (Logger) LoggerFactory.getLogger(HermesLink.class.getPackageName());

    @TempDir Path tekton;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Path hermesDirectory = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void listen() {
        LOGGER.setLevel(Level.DEBUG);
        // Read while the link's thread writes.
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        LOGGER.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        LOGGER.detachAppender(log);
        LOGGER.setLevel(null);
    }

    private List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @BeforeEach
    void installHermes() throws IOException {
        hermesDirectory = Files.createDirectory(tekton.resolve("Hermes"));
        file = hermesDirectory.resolve("registrations").resolve("budget.json");
    }

    @Test
    void shouldTellTheRealHermesOfItsToolsWhileItIsRegistered() throws Exception {
        try (FakeHermes hermes = FakeHermes.real(0);
                HermesLink link = start(hermes.url(), Penia.NEVER)) {
            Api.await(() -> hermes.tools.size() == 2);
            assertThat(hermes.tools.values())
                    .extracting(tool -> tool.get("endpoint").stringValue())
                    .containsExactlyInAnyOrder(
                            "http://meter:8013/api/tools/A/execute",
                            "http://meter:8013/api/tools/B/execute");
            assertThat(hermes.tools.values())
                    .allSatisfy(
                            tool ->
                                    assertThat(tool.get("schema").isObject())
                                            .as("schema")
                                            .isTrue());

            hermes.restart();
            // Hermes has a tool before the link has its id: only then can it be taken back.
            Api.await(() -> Collections.frequency(lines(), "Hermes has taken 2 tools") == 2);

            link.close();
            assertThat(hermes.tools).isEmpty();
        }
    }

    @Test
    void shouldSayOnceThatAHermesTakesNoTools() throws Exception {
        try (FakeHermes hermes = FakeHermes.real(0)) {
            hermes.toolStatus = 404;
            try (HermesLink link = start(hermes.url(), Penia.NEVER)) {
                Api.await(() -> hermes.count("POST /api/mcp/v2/tools 404") == 1);
                hermes.restart();
                Api.await(() -> hermes.count("POST /api/mcp/v2/tools 404") == 2);
                Api.await(() -> link.standing().state() == HermesState.REGISTERED);
                assertThat(lines()).filteredOn(line -> line.contains("tools")).hasSize(1);
            }
        }
    }

    @Test
    void shouldBeRegisteredWithTheRealHermesUntilItStops() throws Exception {
        try (FakeHermes hermes = FakeHermes.real(0);
                HermesLink link = start(hermes.url(), Penia.NEVER)) {
            Api.await(() -> hermes.count("POST /api/heartbeat 200") > 2);
            Api.await(() -> hermes.count("GET /api/components 200") > 0);

            assertThat(link.standing())
                    .isEqualTo(new HermesStanding(HermesState.REGISTERED, false));
            JsonNode body = hermes.registry.get("budget");
            assertThat(body.get("name").stringValue()).isEqualTo("Budget");
            assertThat(body.get("type").stringValue()).isEqualTo("budget_manager");
            assertThat(body.get("endpoint").stringValue()).isEqualTo("http://meter:8013");
            assertThat(body.get("capabilities").valueStream().map(JsonNode::stringValue))
                    .containsExactly(
                            "budget_management",
                            "allocation",
                            "usage_tracking",
                            "pricing",
                            "reporting");
            JsonNode described = body.get("metadata").get("capabilities");
            assertThat(described.size()).isEqualTo(Capability.values().length);
            assertThat(described.get(1).get("parameters").get("tokens_allocated").stringValue())
                    .isEqualTo("integer");
            assertThat(hermes.count("POST /api/registration/register 404")).isEqualTo(1);
            assertThat(hermes.count("POST /api/register 200")).isEqualTo(1);
            assertThat(hermes.calls).noneMatch(call -> call.endsWith("422"));

            link.close();
            assertThat(hermes.registry).isEmpty();
            assertThat(hermes.calls).contains("POST /api/unregister 200");
            assertThat(link.standing()).isEqualTo(HermesStanding.OFF);
            assertThat(lines())
                    .isNotEmpty()
                    .noneMatch(hermes::isToken)
                    .noneMatch(line -> line.contains("signature"));
        }
    }

    @Test
    void shouldBeRegisteredWithTheGuidesHermesUntilItStops() throws Exception {
        try (FakeHermes hermes = FakeHermes.ofTheGuide();
                HermesLink link = start(hermes.url(), Penia.NEVER)) {
            Api.await(() -> hermes.count("POST /api/registration/heartbeat 200") > 2);
            Api.await(() -> hermes.count("GET /api/components 404") > 1);

            assertThat(link.standing().registered()).isTrue();
            assertThat(hermes.count("POST /api/registration/heartbeat 422")).isEqualTo(1);
            assertThat(hermes.count("POST /api/registration/register 201")).isEqualTo(1);

            link.close();
            assertThat(hermes.registry).isEmpty();
        }
    }

    @Test
    void shouldBeListedAgainAfterHermesHasForgottenEverything() throws Exception {
        try (FakeHermes hermes = FakeHermes.real(0);
                HermesLink link = start(hermes.url(), Penia.NEVER)) {
            Api.await(() -> hermes.count("POST /api/heartbeat 200") > 0);

            hermes.restart();

            Api.await(() -> hermes.registry.containsKey("budget"));
            Api.await(() -> link.standing().registered());
        }
    }

    @Test
    void shouldGetAnotherTokenWhenItsOwnHasEnded() throws Exception {
        try (FakeHermes hermes = FakeHermes.real(0);
                HermesLink link = start(hermes.url(), Penia.NEVER)) {
            Api.await(() -> hermes.count("POST /api/heartbeat 200") > 0);

            hermes.expireTokens();
            long before = hermes.count("POST /api/heartbeat 200");
            Api.await(() -> hermes.count("POST /api/heartbeat 401") > 0);
            Api.await(() -> hermes.count("POST /api/heartbeat 200") > before + 3);

            assertThat(hermes.count("POST /api/heartbeat 401")).isEqualTo(1);
            assertThat(hermes.count("POST /api/register 200")).isEqualTo(2);
            assertThat(link.standing().registered()).isTrue();
        }
    }

    @Test
    void shouldHaveASecondEntryForToolsThatLookForIt() throws Exception {
        try (FakeHermes hermes = FakeHermes.real(0);
                HermesLink link = start(hermes.url(), Penia.ALWAYS)) {
            Api.await(() -> hermes.registry.size() == 2 && link.standing().registered());
            assertThat(hermes.registry.get("penia").get("name").stringValue()).isEqualTo("penia");
            Api.await(() -> hermes.count("POST /api/heartbeat 200") > 3);

            link.close();
            assertThat(hermes.registry).isEmpty();
        }
    }

    @Test
    void shouldHaveTheSecondEntryByItselfWhereTektonsToolsAre() throws Exception {
        try (FakeHermes hermes = FakeHermes.real(0);
                HermesLink link = start(hermes.url(), Penia.AUTOMATIC)) {
            Api.await(() -> hermes.registry.size() == 2);

            JsonNode penia = hermes.registry.get("penia");
            assertThat(penia.get("name").stringValue()).isEqualTo("penia");
            assertThat(penia.get("endpoint").stringValue()).isEqualTo("http://meter:8013");
            hermes.restart();
            Api.await(() -> hermes.registry.size() == 2);

            link.close();
            assertThat(hermes.registry).isEmpty();
        }
    }

    @Test
    void shouldHaveNoSecondEntryWhereNobodyLooksForIt() throws Exception {
        String other =
                "{\"success\": true, \"componentId\": \"budget\", \"token\": \"0f-another\"}";
        List<String> names = new CopyOnWriteArrayList<>();
        try (FakeHermes hermes = FakeHermes.ofTheGuide();
                FakeHermes another =
                        FakeHermes.answering(
                                exchange -> {
                                    String path = exchange.getRequestURI().getPath();
                                    String body =
                                            new String(
                                                    exchange.getRequestBody().readAllBytes(),
                                                    StandardCharsets.UTF_8);
                                    names.add(path + body.contains("\"penia\""));
                                    boolean known = path.startsWith("/api/registration");
                                    write(exchange, known ? 404 : 200, other);
                                });
                HermesLink guide = start(hermes.url(), Penia.AUTOMATIC);
                HermesLink link = start(another.url(), Penia.AUTOMATIC)) {
            Api.await(() -> hermes.count("POST /api/registration/heartbeat 200") > 2);
            Api.await(() -> names.stream().filter("/api/heartbeatfalse"::equals).count() > 2);

            assertThat(guide.standing().registered()).isTrue();
            assertThat(link.standing().registered()).isTrue();
            assertThat(hermes.registry).containsOnlyKeys("budget");
            assertThat(names).noneMatch(name -> name.endsWith("true"));
        }
    }

    @Test
    void shouldBeAnnouncedByAFileUntilHermesAppears() throws Exception {
        int port = FreePorts.find(1).getFirst();
        try (HermesLink link = start(URI.create("http://127.0.0.1:" + port), Penia.NEVER)) {
            Api.await(() -> link.standing().byFile());

            assertThat(link.standing())
                    .isEqualTo(new HermesStanding(HermesState.UNREACHABLE, true));
            JsonNode json = Api.json(Files.readString(file));
            assertThat(json.propertyNames())
                    .containsExactlyInAnyOrder(
                            "component_id",
                            "name",
                            "type",
                            "version",
                            "capabilities",
                            "mcp_capabilities",
                            "dependencies",
                            "metadata",
                            "endpoint",
                            "instance_uuid",
                            "registration_time",
                            "status");
            assertThat(json.get("component_id").stringValue()).isEqualTo("budget");
            assertThat(json.get("capabilities").get(0).get("name").stringValue())
                    .isEqualTo("budget_management");
            assertThat(json.get("registration_time").decimalValue())
                    .isEqualByComparingTo("1746093600.125");
            assertThat(json.get("status").stringValue()).isEqualTo("active");
            assertThat(file.getParent().toFile().list()).containsExactly("budget.json");

            try (FakeHermes hermes = FakeHermes.real(port)) {
                Api.await(() -> link.standing().registered());
                assertThat(file).doesNotExist();
                assertThat(hermes.registry).containsKey("budget");
            }
            Api.await(() -> link.standing().byFile());
        }
        assertThat(file).doesNotExist();
        assertThat(lines().stream().filter(line -> line.contains("Not registered"))).hasSize(2);
        assertThat(lines().stream().filter(line -> line.startsWith("Registered"))).hasSize(1);
    }

    @Test
    void shouldMakeNoDirectoryWhereHermesIsNotInstalled() throws Exception {
        Files.delete(hermesDirectory);
        int port = FreePorts.find(1).getFirst();
        try (HermesLink link = start(URI.create("http://127.0.0.1:" + port), Penia.NEVER)) {
            Api.await(() -> link.standing().state() == HermesState.UNREACHABLE);

            assertThat(link.standing().byFile()).isFalse();
        }
        assertThat(tekton).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"page", "refusal", "list", "failure", "redirect", "huge", "trickle"})
    void shouldTakeNoSenseForAFailureAndGoOn(String kind) throws Exception {
        // Only an answer that never ends is given up.
        Duration call = kind.equals("trickle") ? Duration.ofMillis(300) : Patience.LIMIT;
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger followed = new AtomicInteger();
        HttpHandler handler =
                exchange -> {
                    if (exchange.getRequestURI().getPath().startsWith("/elsewhere")) {
                        followed.incrementAndGet();
                    }
                    asked.incrementAndGet();
                    nonsense(kind, exchange);
                };
        try (FakeHermes hermes = FakeHermes.answering(handler);
                HermesLink link = start(hermes.url(), Penia.NEVER, pace(SHORT, call, call))) {
            Api.await(() -> asked.get() > 2);
            Api.await(() -> link.standing().state() == HermesState.UNREACHABLE);

            assertThat(followed).hasValue(0);
            assertThat(file).exists();
        }
        assertThat(file).doesNotExist();
    }

    private static void nonsense(String kind, HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            switch (kind) {
                case "page" -> write(exchange, 200, "<html>Welcome</html>");
                case "refusal" -> write(exchange, 200, "{\"success\": false}");
                case "list" -> write(exchange, 200, "[1, 2]");
                case "failure" -> write(exchange, 500, "{}");
                case "redirect" -> {
                    exchange.getResponseHeaders().add("Location", "/elsewhere/register");
                    write(exchange, 307, "");
                }
                case "huge" -> write(exchange, 200, "{\"a\": \"" + "x".repeat(1 << 17) + "\"}");
                case "trickle" -> trickle(exchange);
                default -> throw new IllegalArgumentException(kind);
            }
        }
    }

    /** Never ends, and never stays silent for long. */
    private static void trickle(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (!Thread.currentThread().isInterrupted()) {
                out.write(' ');
                out.flush();
                Thread.sleep(5);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldStopThoughHermesDoesNotAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        HttpHandler silent =
                exchange -> {
                    if (exchange.getRequestURI().getPath().endsWith("/register")) {
                        write(exchange, 200, "");
                        return;
                    }
                    asked.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                };
        try (FakeHermes hermes = FakeHermes.answering(silent)) {
            HermesLink link =
                    start(hermes.url(), Penia.NEVER, pace(LONG, LONG, Duration.ofSeconds(2)));
            Api.await(() -> link.standing().registered());

            assertThatCode(link::close).doesNotThrowAnyException();

            assertThat(asked.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shouldDoNothingWhenItIsOff() {
        HermesLink link =
                link(
                        new HermesSettings(false, "Budget", Penia.ALWAYS, hermesDirectory),
                        URI.create("http://127.0.0.1:1"),
                        pace(SHORT, LONG, LONG));
        link.start(() -> "healthy");

        assertThat(link.standing()).isEqualTo(HermesStanding.OFF);
        link.close();
        assertThat(hermesDirectory).isEmptyDirectory();
    }

    private static void write(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private HermesLink start(URI url, Penia penia) {
        return start(url, penia, pace(SHORT, Patience.LIMIT, Patience.LIMIT));
    }

    private HermesLink start(URI url, Penia penia, Pace pace) {
        HermesLink link =
                link(new HermesSettings(true, "Budget", penia, hermesDirectory), url, pace);
        link.start(() -> "healthy");
        return link;
    }

    private static HermesLink link(HermesSettings settings, URI url, Pace pace) {
        return new HermesLink(
                settings,
                HermesAddress.of(url),
                new ServiceIdentity("0.1.0", 8013, NOW),
                URI.create("http://meter:8013"),
                List.of("/ws/budget/updates"),
                () -> TOOLS,
                InstantSource.fixed(NOW),
                pace);
    }

    private static Pace pace(Duration heartbeat, Duration call, Duration stop) {
        return new Pace(
                heartbeat,
                heartbeat.multipliedBy(2),
                Duration.ofMinutes(10),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                call,
                stop);
    }
}
