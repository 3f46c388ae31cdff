package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.registry.FakeHermes;
import tekton.budget.api.registry.HermesSettings;
import tekton.budget.api.route.Endpoints;

import tools.jackson.databind.JsonNode;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** What others in Tekton see: health, discovery, registration, shutdown. */
class CitizenIT {

    private static final AtomicInteger ENDS = new AtomicInteger();

    private static FakeHermes hermes;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        hermes = FakeHermes.real(0);
        api = Api.startCitizen(hermes.url(), settings(true), true, ENDS::incrementAndGet);
        Api.await(() -> api.get("/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
        assertThat(hermes.registry).isEmpty();
        hermes.close();
    }

    @Test
    void shouldSayThatItIsRegistered() throws Exception {
        Api.await(() -> health(api).get("registered_with_hermes").booleanValue());

        JsonNode health = health(api);
        assertThat(health.get("registeredWithHermes").booleanValue()).isTrue();
        JsonNode part = health.get("parts").get("hermes");
        assertThat(part.get("status").stringValue()).isEqualTo("registered");
        assertThat(part.get("announced_by_file").booleanValue()).isFalse();
        assertThat(health.get("dependencies").isArray()).isTrue();
        assertThat(health.get("metrics").isObject()).isTrue();
        assertThat(health.get("details").get("services").size()).isEqualTo(5);
        assertThat(hermes.registry).containsKey("budget");
    }

    /** Started, ready and asked, all before Hermes has answered. */
    @Test
    void shouldServeWithoutHermesAnswer() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        HttpServer silent =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        silent.createContext(
                "/",
                exchange -> {
                    try {
                        never.await();
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                });
        silent.start();
        URI url = URI.create("http://127.0.0.1:" + silent.getAddress().getPort());
        try (Api alone = Api.startCitizen(url, settings(true), false, () -> {})) {
            Api.await(() -> alone.get("/ready").statusCode() == 200);
            JsonNode health = health(alone);
            assertThat(health.get("registered_with_hermes").booleanValue()).isFalse();
            assertThat(health.get("parts").get("hermes").get("status").stringValue())
                    .isIn("registering", "unreachable");

            HttpResponse<String> shutdown = alone.post("/shutdown", "");
            assertThat(shutdown.statusCode()).isEqualTo(404);
            assertThat(alone.get("/shutdown/status").statusCode()).isEqualTo(404);
            assertThat(alone.get("/api/discovery").body()).doesNotContain("shutdown");
            assertThat(Routes.of(alone)).isEqualTo(Routes.ofTheTable(false));
        } finally {
            never.countDown();
            silent.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api", "/api/v1"})
    void shouldSayWhoItIs(String path) throws Exception {
        JsonNode root = Api.json(api.get(path));

        assertThat(root.get("component").stringValue()).isEqualTo("budget");
        assertThat(root.get("status").stringValue()).isEqualTo("active");
    }

    @Test
    void shouldServeExactlyTheTable() {
        assertThat(Routes.of(api)).isEqualTo(Routes.ofTheTable(true));
    }

    @Test
    void shouldListTheTable() throws Exception {
        JsonNode discovery = Api.json(api.get("/api/v1/discovery"));

        List<String> listed = new ArrayList<>();
        for (JsonNode endpoint : discovery.get("endpoints")) {
            listed.add(
                    "%s %s: %s"
                            .formatted(
                                    endpoint.get("method").stringValue(),
                                    endpoint.get("path").stringValue(),
                                    endpoint.get("description").stringValue()));
        }
        assertThat(listed)
                .hasSize(Endpoints.ALL.size() + Endpoints.SHUTDOWN.size())
                .contains(
                        "GET /health: How this instance and its parts are doing",
                        "PUT /api/budgets/{id}: Change a budget",
                        "POST /shutdown: End this process in order; from this machine only");
        assertThat(discovery.get("dependencies").get("hermes").stringValue())
                .isEqualTo(hermes.url().toString());
        assertThat(discovery.get("capabilities").size()).isEqualTo(5);
        assertThat(discovery.get("metadata").get("prefixes").size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, http://localhost:8080",
        "Origin, null",
        "X-Forwarded-For, 127.0.0.1",
        "Forwarded, for=192.0.2.1",
    })
    void shouldNotBeEndedByAPageOrThroughAProxy(String header, String value) throws Exception {
        int before = ENDS.get();

        HttpResponse<String> refused = api.post("/shutdown", "", header, value);

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(Api.json(refused).get("code").stringValue()).isEqualTo("authorization_error");
        assertThat(Api.json(refused).get("detail").stringValue()).contains(header);
        assertThat(ENDS).hasValue(before);
    }

    @Test
    void shouldBeEndedOnceByAProgramOnThisMachine() throws Exception {
        for (String path : new String[] {"/shutdown", "/api/shutdown", "/api/v1/shutdown"}) {
            HttpResponse<String> accepted = api.post(path, "");
            assertThat(accepted.statusCode()).isEqualTo(202);
            JsonNode json = Api.json(accepted);
            assertThat(json.get("status").stringValue()).isEqualTo("accepted");
            assertThat(json.propertyNames()).contains("message", "timestamp");
        }
        Api.await(() -> ENDS.get() > 0);
        assertThat(ENDS).hasValue(1);
        assertThat(api.get("/shutdown").statusCode()).isEqualTo(405);
        assertThat(Api.json(api.get("/shutdown/status")).get("shutdown_supported").booleanValue())
                .isTrue();
    }

    private static JsonNode health(Api of) throws Exception {
        return Api.json(of.get("/health"));
    }

    private static HermesSettings settings(boolean registers) {
        return new HermesSettings(
                registers, "Budget", HermesSettings.Penia.NEVER, Path.of("target", "no-hermes"));
    }
}
