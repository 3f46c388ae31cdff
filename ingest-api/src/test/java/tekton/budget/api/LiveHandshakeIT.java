package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.live.LiveSettings;
import tekton.budget.broker.FreePorts;
import tekton.budget.testbroker.Patience;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Handshakes and what is answered to a client's frames; nothing of it needs Kafka. */
class LiveHandshakeIT {

    private static final int CONNECTIONS = 3;

    private Api api;

    @BeforeEach
    void start() throws Exception {
        api =
                Api.startLive(
                        "127.0.0.1:" + FreePorts.find(1).getFirst(),
                        new FakeMetering().withoutKafka(),
                        new LiveSettings(CONNECTIONS, Duration.ofSeconds(1)));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/ws, budget_events",
        "/ws/budget/updates, budget_events",
        "/ws/budget/alerts, budget_alerts",
        "/ws/budget/allocations, allocation_updates",
        "/ws/budget/prices, price_updates"
    })
    void shouldWelcomeFromAnyOrigin(String path, String topic) throws Exception {
        try (LiveClient client =
                LiveClient.connect(api, path, "Origin", "http://hephaestus.example:8080")) {
            client.say("{'type':'heartbeat','topic':'" + topic + "','payload':{}}");

            JsonNode beat = client.next("heartbeat");
            assertThat(beat.get("topic").stringValue()).isEqualTo(topic);
            Instant.parse(beat.get("payload").get("timestamp").stringValue());
        }
    }

    /** With a library that asks for compression and checks frames by itself. */
    @Test
    void shouldSpeakWithAnotherLibrary() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        OkHttpClient http = new OkHttpClient();
        Request request =
                new Request.Builder().url(api.uri("http", "/ws/budget/alerts").toString()).build();
        WebSocket socket =
                http.newWebSocket(
                        request,
                        new WebSocketListener() {
                            @Override
                            public void onMessage(WebSocket from, String text) {
                                heard.add(text);
                            }

                            @Override
                            public void onClosing(WebSocket from, int code, String reason) {
                                heard.add(code + " " + reason);
                            }

                            @Override
                            public void onFailure(WebSocket from, Throwable t, Response response) {
                                heard.add(t.toString());
                            }
                        });
        JsonNode welcome = Api.json(heard.poll(Patience.SECONDS, TimeUnit.SECONDS));
        assertThat(welcome.get("topic").stringValue()).isEqualTo("budget_alerts");
        assertThat(welcome.get("payload").get("message").stringValue()).isNotEmpty();
        assertThat(welcome.get("data")).isEqualTo(welcome.get("payload"));

        socket.send("x".repeat(4_097));

        assertThat(heard.poll(Patience.SECONDS, TimeUnit.SECONDS)).startsWith("1009 ");
        http.dispatcher().executorService().shutdown();
    }

    @Test
    void shouldAnswerWhatAClientSays() throws Exception {
        try (LiveClient client = LiveClient.connect(api, "/ws")) {
            client.say("{'type':'authentication','topic':'auth','payload':{'api_key':'any'}}");
            JsonNode authenticated = client.next("authentication");
            assertThat(authenticated.get("topic").stringValue()).isEqualTo("auth");
            assertThat(success(authenticated)).isTrue();
            client.say("{'type':'authentication','topic':'auth','payload':{}}");
            assertThat(success(client.next("authentication"))).isFalse();

            client.say("{'type':'subscription','topic':'x','payload':{'topic':'budget_alerts'}}");
            JsonNode subscribed = client.next("subscription");
            assertThat(subscribed.get("topic").stringValue()).isEqualTo("budget_alerts");
            assertThat(subscribed.get("payload").get("topic").stringValue())
                    .isEqualTo("budget_alerts");
            assertThat(success(subscribed)).isTrue();
            client.say("{'type':'unsubscription','topic':'x','payload':{'topic':'budget_alerts'}}");
            assertThat(success(client.next("unsubscription"))).isTrue();
            client.say("{'type':'subscription','topic':'x','payload':{'topic':'weather'}}");
            JsonNode unknown = client.next("subscription");
            assertThat(success(unknown)).isFalse();
            assertThat(unknown.get("payload").get("error").stringValue())
                    .contains("budget_events, budget_alerts, allocation_updates, price_updates");

            client.say("{'type':'shutdown'}");
            client.say("nonsense");
            JsonNode error = client.next("error");
            assertThat(error.get("topic").stringValue()).isEqualTo("error");
            assertThat(error.get("payload").get("error").stringValue()).startsWith("not JSON");
            client.say("{'type':'buy'}");
            assertThat(client.next("error").get("payload").get("error").stringValue())
                    .startsWith("type: ");
            client.say("{'type':'heartbeat'}");
            client.next("heartbeat");
        }
    }

    /** Answers as long as questions, of which no socket holds so many. */
    @Test
    void shouldDropAClientThatSaysMoreThanItHears() throws Exception {
        String topic = "t".repeat(4_000);
        try (LiveClient client = LiveClient.connectIdle(api, "/ws")) {
            for (int i = 0; i < 4_000; i++) {
                client.say("{'type':'heartbeat','topic':'" + topic + "'}");
            }
            client.read();

            assertThat(client.awaitClosed())
                    .isEqualTo(
                            new LiveClient.Closed(
                                    1008,
                                    "dropped: frames came faster than this client read the"
                                            + " answers"));
        }
    }

    @Test
    void shouldPing() throws Exception {
        try (LiveClient client = LiveClient.connect(api, "/ws")) {
            Api.await(() -> client.pings.get() >= 2);
        }
    }

    @Test
    void shouldRefuseMoreConnectionsThanThereMayBe() throws Exception {
        LiveClient first = LiveClient.connect(api, "/ws");
        LiveClient second = LiveClient.connect(api, "/ws");
        LiveClient third = LiveClient.connect(api, "/ws");
        try {
            assertThatThrownBy(() -> LiveClient.connect(api, "/ws"))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused ->
                                    assertThat(refused.getResponse().statusCode()).isEqualTo(503));
            assertThat(api.get("/").statusCode()).isEqualTo(200);

            first.close();

            Api.await(
                    () -> {
                        try (LiveClient room = LiveClient.connect(api, "/ws")) {
                            return room.frames.isEmpty();
                        } catch (CompletionException stillFull) {
                            return false;
                        }
                    });
        } finally {
            second.close();
            third.close();
        }
    }

    @Test
    void shouldSayGoodbyeWhenItStops() throws Exception {
        try (LiveClient client = LiveClient.connect(api, "/ws")) {
            Thread stop = Thread.startVirtualThread(api::close);

            LiveClient.Closed closed = client.awaitClosed();

            assertThat(closed).isEqualTo(new LiveClient.Closed(1001, "the service stops"));
            stop.join();
        }
    }

    @Test
    void shouldAnswerOrdinaryRequestsWithProblems() throws Exception {
        HttpResponse<String> get = api.get("/ws/budget/alerts");
        assertThat(get.statusCode()).isEqualTo(426);
        assertThat(get.headers().firstValue("Upgrade")).contains("websocket");
        assertThat(Api.json(get).get("code").stringValue()).isEqualTo("upgrade_required");
        assertThat(api.post("/ws", "").statusCode()).isEqualTo(405);
        assertThat(api.send(api.request("/events").DELETE()).statusCode()).isEqualTo(405);
        assertThat(api.get("/ws/budget/weather").statusCode()).isEqualTo(404);
    }

    /** Handshakes that the container refuses, each with something else wrong. */
    @ParameterizedTest
    @CsvSource({
        "99, dGhlIHNhbXBsZSBub25jZQ==, Upgrade, '', 426, upgrade_required",
        "13, short, Upgrade, '', 400, bad_request",
        "13, '', Upgrade, '', 400, bad_request",
        "13, dGhlIHNhbXBsZSBub25jZQ==, keep-alive, '', 400, bad_request",
        "13, dGhlIHNhbXBsZSBub25jZQ==, Upgrade, 'permessage-deflate; x=\"', 400, bad_request",
    })
    void shouldRefuseAHandshakeWithAProblem(
            String version,
            String key,
            String connection,
            String extensions,
            int status,
            String code)
            throws Exception {
        try (HttpWire wire = new HttpWire(api.uri("http", "/").getPort())) {
            HttpWire.WireAnswer answer =
                    wire.ask(
                            "GET",
                            "/ws/budget/alerts",
                            "",
                            "Upgrade: websocket",
                            "Connection: " + connection,
                            "Sec-WebSocket-Version: " + version,
                            "Sec-WebSocket-Key: " + key,
                            "Sec-WebSocket-Extensions: " + extensions);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(Api.json(answer.body()).get("code").stringValue()).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/events", "/api/events", "/api/v1/events"})
    void shouldSayThatEventsAreNotReadYet(String path) throws Exception {
        HttpResponse<String> response = api.get(path);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "type=weather, 400, type: \"weather\"",
        "'severity=info,bad', 400, severity: \"bad\"",
    })
    void shouldRefuseFiltersThatNothingCanPass(String query, int status, String detail)
            throws Exception {
        HttpResponse<String> response = api.get("/events?" + query);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(Api.json(response).get("detail").stringValue()).startsWith(detail);
    }

    @Test
    void shouldRefuseAnIdThatItNeverGave() throws Exception {
        assertThat(api.get("/events", "Last-Event-ID", "yesterday").statusCode()).isEqualTo(422);
        assertThat(api.get("/events?budget_id=" + "x".repeat(257)).statusCode()).isEqualTo(422);
    }

    private static boolean success(JsonNode frame) {
        return frame.get("payload").get("success").booleanValue();
    }
}
