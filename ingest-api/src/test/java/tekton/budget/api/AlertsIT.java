package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.alerting.consume.Alerting;
import tekton.budget.alerting.consume.AlertingClients;
import tekton.budget.alerting.consume.ProcessingStep;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.kafka.TopicProvisioning;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Alerts over HTTP, with alerting at the other end of a real broker. */
class AlertsIT {

    private static final int PARTITIONS = 3;

    private static final long START_MS = Instant.parse("2026-05-01T00:00:00Z").toEpochMilli();
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    private static TestBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;
    private static Alerting alerting;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(config)) {
            TopicProvisioning.ensure(
                    admin,
                    Topics.ALWAYS,
                    topic ->
                            switch (topic.partitioning()) {
                                case LEDGER -> PARTITIONS;
                                case USAGE -> FakeMetering.PARTITIONS;
                                case SINGLE -> 1;
                            },
                    1);
        }
        producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        alerting =
                new Alerting(
                        new AlertingClients(
                                KafkaConnection.plain(broker.bootstrapServers()), "test"),
                        new Attempts(3, Duration.ofMillis(20)),
                        true,
                        InstantSource.system(),
                        ProcessingStep.UNOBSERVED);
        alerting.start();
        api = Api.start(broker.bootstrapServers(), new FakeMetering());
        Api.await(() -> api.get("/api/alerts").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
        alerting.close();
        producer.close();
        broker.close();
    }

    @Test
    void shouldListGetAndAcknowledgeUnderBothPrefixes() throws Exception {
        say("list", Level.WARNING, 80);
        say("list", Level.EXCEEDED, 100);
        Api.await(() -> list("budget_id=list").get("total").asInt() == 2);

        JsonNode newest = list("budget_id=list").get("items").get(0);
        assertThat(list("budget_id=list&severity=WARNING").get("total").asInt()).isEqualTo(1);
        assertThat(list("budget_id=list&type=token_limit_exceeded").get("total").asInt())
                .isEqualTo(1);
        assertThat(list("budget_id=list&page=3").get("items").size()).isZero();
        assertThat(list("budget_id=nobody").get("total").asInt()).isZero();
        assertThat(newest.get("title").asString()).startsWith("Daily token limit at");
        assertThat(newest.get("acknowledged").asBoolean()).isFalse();
        assertThat(newest.get("acknowledged_by").isNull()).isTrue();
        String id = newest.get("alert_id").asString();

        JsonNode seen =
                Api.json(
                        api.post(
                                "/api/v1/alerts/" + id + "/acknowledge?acknowledged_by=ann",
                                "",
                                "Content-Type",
                                "application/json"));
        assertThat(seen.get("acknowledged_by").asString()).isEqualTo("ann");
        assertThat(Instant.parse(seen.get("acknowledged_at").asString())).isNotNull();
        JsonNode again = Api.json(api.post("/api/alerts/" + id + "/acknowledge", ""));
        assertThat(again.get("acknowledged_by").asString()).isEqualTo("ann");
        assertThat(list("budget_id=list").get("total").asInt()).isEqualTo(1);
        assertThat(list("budget_id=list&acknowledged=true").get("items").get(0)).isEqualTo(seen);
        assertThat(Api.json(api.get("/api/v1/alerts/" + id))).isEqualTo(seen);
    }

    @Test
    void shouldLeaveOutWhatIsSnoozedUntilItIsEnded() throws Exception {
        say("snooze", Level.WARNING, 80);
        Api.await(() -> list("budget_id=snooze").get("total").asInt() == 1);
        JsonNode before = list("budget_id=snooze").get("items").get(0);
        assertThat(before.get("snoozed_until").isNull()).isTrue();
        String path = "/api/alerts/" + before.get("alert_id").asString();

        Instant asked = Instant.now();
        HttpResponse<String> answer = json(path + "/snooze", "{\"minutes\": 60}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode snoozed = Api.json(answer);
        assertThat(Instant.parse(snoozed.get("snoozed_until").asString()))
                .isBetween(asked.plusSeconds(3_599), Instant.now().plusSeconds(3_600));
        assertThat(snoozed.get("acknowledged").asBoolean()).isFalse();
        assertThat(Api.json(api.get(path))).isEqualTo(snoozed);
        assertThat(list("budget_id=snooze").get("total").asInt()).isZero();
        assertThat(list("budget_id=snooze&acknowledged=false").get("total").asInt()).isZero();
        assertThat(Api.json(api.get("/api/v1/alerts?budget_id=snooze")).size()).isZero();
        for (String wanted : List.of("true", "all")) {
            assertThat(list("budget_id=snooze&snoozed=" + wanted).get("items").get(0))
                    .isEqualTo(snoozed);
        }

        String until = Instant.ofEpochSecond(asked.getEpochSecond() + 86_400).toString();
        JsonNode later = Api.json(json(path + "/snooze", "{\"until\": \"%s\"}".formatted(until)));
        assertThat(later.get("snoozed_until").asString()).isEqualTo(until);

        JsonNode ended = Api.json(json(path + "/snooze", "{\"until\": null}"));
        assertThat(ended).isEqualTo(before);
        assertThat(list("budget_id=snooze").get("items").get(0)).isEqualTo(before);
        assertThat(list("budget_id=snooze&snoozed=true").get("total").asInt()).isZero();
    }

    @Test
    void shouldListWhatIsSeenWhetherSnoozedOrNot() throws Exception {
        say("seen", Level.WARNING, 80);
        Api.await(() -> list("budget_id=seen").get("total").asInt() == 1);
        String path =
                "/api/alerts/"
                        + list("budget_id=seen").get("items").get(0).get("alert_id").asString();
        json(path + "/snooze", "{\"minutes\": 60}");
        api.post(path + "/acknowledge", "");

        String seen = "budget_id=seen&acknowledged=true";
        assertThat(list(seen).get("total").asInt()).isEqualTo(1);
        assertThat(list(seen + "&snoozed=true").get("total").asInt()).isEqualTo(1);
        assertThat(list(seen + "&snoozed=false").get("total").asInt()).isZero();
        assertThat(list("budget_id=seen&snoozed=all").get("total").asInt()).isZero();
    }

    @Test
    void shouldRefuseASnoozeWithoutABound() throws Exception {
        say("bound", Level.WARNING, 80);
        Api.await(() -> list("budget_id=bound").get("total").asInt() == 1);
        String path =
                "/api/alerts/"
                        + list("budget_id=bound").get("items").get(0).get("alert_id").asString()
                        + "/snooze";

        for (String body :
                List.of("{}", "{\"minutes\": 43201}", "{\"until\": \"2020-01-01T00:00:00Z\"}")) {
            assertThat(json(path, body).statusCode()).as(body).isEqualTo(422);
        }
        assertThat(list("budget_id=bound").get("total").asInt()).isEqualTo(1);
    }

    /** {@code alerts list} of Tekton's command line, with what its columns read. */
    @Test
    void shouldGiveAnArrayToWhoeverAsksForNoPage() throws Exception {
        say("array", Level.WARNING, 80);
        say("array", Level.EXCEEDED, 100);
        String query = "/api/alerts?budget_id=array";
        Api.await(() -> Api.json(api.get(query)).size() == 2);

        JsonNode all = Api.json(api.get(query));
        assertThat(all.isArray()).isTrue();
        assertThat(all.findValuesAsString("type"))
                .containsExactlyInAnyOrder("token_limit_exceeded", "token_limit_approaching");
        for (JsonNode each : all) {
            for (String column : List.of("alert_id", "severity", "type", "message", "timestamp")) {
                assertThat(each.get(column).isString()).as(column).isTrue();
            }
            assertThat(each.get("acknowledged").isBoolean()).isTrue();
        }
        assertThat(Api.json(api.get(query + "&acknowledged=true")).size()).isZero();
        assertThat(Api.json(api.get(query + "&severity=warning&acknowledged=false")).size())
                .isEqualTo(
                        Api.json(api.get(query + "&severity=warning&page=1")).get("total").asInt())
                .isPositive();
        assertThat(Api.json(api.get(query + "&limit=1")).get("items").size()).isEqualTo(1);
    }

    @Test
    void shouldCheckAndCreateNothingTwice() throws Exception {
        say("checked", Level.WARNING, 80);
        Api.await(() -> list("budget_id=checked").get("total").asInt() == 1);

        JsonNode made = Api.json(api.post("/api/alerts/check?budget_id=checked", ""));
        JsonNode again = Api.json(api.post("/api/alerts/check?budget_id=checked&period=daily", ""));

        assertThat(made.size()).isEqualTo(1);
        assertThat(made.get(0).get("type").asString()).isEqualTo("window_reset");
        assertThat(again.size()).isZero();
    }

    @Test
    void shouldMakeTestAndDisableAChannelAndTellItsDeliveries() throws Exception {
        List<String> signatures = new CopyOnWriteArrayList<>();
        HttpServer target =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        target.createContext(
                "/",
                exchange -> {
                    signatures.add(exchange.getRequestHeaders().getFirst("webhook-signature"));
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        target.start();
        try {
            String url = "http://127.0.0.1:" + target.getAddress().getPort() + "/hook";
            HttpResponse<String> made =
                    json(
                            "/api/alerts/channels",
                            "{\"name\":\"Ops\",\"kind\":\"webhook\",\"url\":\"%s\",\"budgets\":[\"hook\"]}"
                                    .formatted(url));
            assertThat(made.statusCode()).isEqualTo(201);
            String id = Api.json(made).get("channel_id").asString();
            assertThat(Api.json(made).get("secret").asString()).startsWith("whsec_");
            assertThat(api.get("/api/alerts/channels").body())
                    .contains(id)
                    .doesNotContain("whsec_")
                    .doesNotContain(
                            Api.json(made).get("secret").asString().substring("whsec_".length()));

            JsonNode tested = Api.json(api.post("/api/alerts/channels/" + id + "/test", ""));
            assertThat(tested.get("delivered").asBoolean()).isTrue();

            say("hook", Level.WARNING, 80);
            Api.await(() -> signatures.size() == 2);
            Api.await(() -> list("budget_id=hook").get("total").asInt() == 1);
            String alert = list("budget_id=hook").get("items").get(0).get("alert_id").asString();
            String path = "/api/alerts/" + alert;
            Api.await(() -> deliveries(path).get("items").size() == 1);
            Api.await(
                    () ->
                            deliveries(path)
                                    .get("items")
                                    .get(0)
                                    .get("state")
                                    .asString()
                                    .equals("delivered"));
            JsonNode delivery = deliveries(path).get("items").get(0);
            assertThat(delivery.get("channel_name").asString()).isEqualTo("Ops");
            assertThat(delivery.get("channel_kind").asString()).isEqualTo("webhook");
            assertThat(delivery.get("attempts").get(0).get("status").asInt()).isEqualTo(204);
            assertThat(api.post(path + "/resend?channel_id=" + id, "").statusCode()).isEqualTo(202);
            Api.await(() -> deliveries(path).get("items").size() == 2);

            JsonNode off = Api.json(api.post("/api/alerts/channels/" + id + "/disable", ""));
            assertThat(off.get("enabled").asBoolean()).isFalse();
            String channel = "/api/alerts/channels/" + id;
            assertThat(api.send(api.request(channel).DELETE()).statusCode()).isEqualTo(200);
            assertThat(api.get(channel).statusCode()).isEqualTo(404);
            assertThat(deliveries(path).get("items").get(0).get("channel_name").isNull()).isTrue();
            assertThat(api.send(api.request(channel).DELETE()).statusCode()).isEqualTo(404);
        } finally {
            target.stop(0);
        }
    }

    @Test
    void shouldRotateSecretsAndNeverShowThem() throws Exception {
        String one = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        String made =
                json(
                                "/api/alerts/channels",
                                "{\"name\":\"R\",\"kind\":\"webhook\",\"url\":\"https://example.com\",\"budgets\":[\"none\"],\"secrets\":[\"%s\"]}"
                                        .formatted(one))
                        .body();
        assertThat(made).doesNotContain("whsec_").doesNotContain("MfKQ9r8G");
        String id = made.replaceAll(".*\"channel_id\":\"([^\"]*)\".*", "$1");
        HttpResponse<String> rotated =
                api.send(
                        api.request(
                                        "/api/alerts/channels/" + id,
                                        "Content-Type",
                                        "application/json")
                                .PUT(
                                        BodyPublishers.ofString(
                                                "{\"secrets\":[\"whsec_c2Vjb25kIHNlY3JldCBvZiAzMiBieXRlcyBsb25nISE=\",\"%s\"]}"
                                                        .formatted(one))));
        assertThat(Api.json(rotated).get("secret_count").asInt()).isEqualTo(2);
        assertThat(rotated.body()).doesNotContain("MfKQ9r8G");
    }

    @Test
    void shouldLoseNoneOfTheChangesMadeAtATime() throws Exception {
        String id =
                Api.json(json("/api/alerts/channels", "{\"name\":\"a\",\"kind\":\"log\"}"))
                        .get("channel_id")
                        .asString();
        List<String> changes =
                List.of(
                        "{\"name\":\"changed\"}",
                        "{\"budgets\":[\"nobodys\"]}",
                        "{\"severities\":[\"error\"]}",
                        "{\"owners\":[\"ann\"]}",
                        "{\"types\":[\"window_reset\"]}");

        List<CompletableFuture<HttpResponse<String>>> answers =
                changes.stream().map(change -> putInBackground(id, change)).toList();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }

        JsonNode channel = Api.json(api.get("/api/alerts/channels/" + id));
        assertThat(channel.get("name").asString()).isEqualTo("changed");
        for (String list : List.of("budgets", "severities", "owners", "types")) {
            assertThat(channel.get(list).size()).describedAs(list).isEqualTo(1);
        }
    }

    private static CompletableFuture<HttpResponse<String>> putInBackground(
            String id, String change) {
        CompletableFuture<HttpResponse<String>> answer = new CompletableFuture<>();
        Thread.startVirtualThread(
                () -> {
                    try {
                        answer.complete(
                                api.send(
                                        api.request(
                                                        "/api/alerts/channels/" + id,
                                                        "Content-Type",
                                                        "application/json")
                                                .PUT(BodyPublishers.ofString(change))));
                    } catch (Exception failed) {
                        answer.completeExceptionally(failed);
                    }
                });
        return answer;
    }

    @Test
    void shouldRefuseWhatIsNoChannel() throws Exception {
        refused(422, "{\"kind\":\"webhook\",\"url\":\"https://example.com\"}", "name: missing");
        refused(400, "{\"name\":\"a\",\"kind\":\"fax\"}", "kind: \"fax\"");
        refused(422, "{\"name\":\"a\",\"kind\":\"webhook\"}", "url: missing");
        refused(
                422,
                "{\"name\":\"a\",\"kind\":\"slack\",\"url\":\"ftp://example.com\"}",
                "url: \"ftp:");
        refused(
                422,
                "{\"name\":\"a\",\"kind\":\"slack\",\"url\":\"https://u:p@example.com\"}",
                "url: \"https");
        refused(
                400,
                "{\"name\":\"a\",\"kind\":\"log\",\"severities\":[\"loud\"]}",
                "severities: \"loud\"");
        refused(422, "{\"name\":\"a\",\"kind\":\"log\",\"budgets\":[1]}", "budgets: a JSON array");
        String problem =
                refused(
                        422,
                        "{\"name\":\"a\",\"kind\":\"webhook\",\"url\":\"https://example.com\",\"secrets\":[\"whsec_short\"]}",
                        "secrets: not shown");
        assertThat(problem).doesNotContain("whsec_short");
        problem =
                refused(
                        422,
                        "{\"name\":\"a\",\"kind\":\"webhook\",\"url\":\"https://example.com\",\"secrets\":\"whsec_alone\"}",
                        "secrets: not shown");
        assertThat(problem).doesNotContain("whsec_alone");
    }

    @Test
    void shouldAnswerWhatIsNotThere() throws Exception {
        assertThat(api.get("/api/alerts/none").statusCode()).isEqualTo(404);
        assertThat(api.post("/api/alerts/none/acknowledge", "").statusCode()).isEqualTo(404);
        assertThat(json("/api/alerts/none/snooze", "{\"minutes\": 1}").statusCode()).isEqualTo(404);
        assertThat(api.get("/api/alerts?snoozed=maybe").statusCode()).isEqualTo(400);
        assertThat(api.get("/api/alerts/channels/none").statusCode()).isEqualTo(404);
        assertThat(api.get("/api/alerts?severity=loud").statusCode()).isEqualTo(400);
        assertThat(api.get("/api/alerts?page=0").statusCode()).isEqualTo(422);
        assertThat(api.post("/api/alerts/check?period=yearly", "").statusCode()).isEqualTo(400);
    }

    private static String refused(int status, String body, String message) throws Exception {
        HttpResponse<String> response = json("/api/alerts/channels", body);
        assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(status);
        assertThat(Api.json(response).get("detail").asString()).contains(message);
        return response.body();
    }

    private static HttpResponse<String> json(String path, String body) throws Exception {
        return api.post(path, body, "Content-Type", "application/json");
    }

    private static JsonNode list(String query) throws Exception {
        return Api.json(api.get("/api/alerts?limit=20&" + query));
    }

    private static JsonNode deliveries(String alert) throws Exception {
        return Api.json(api.get(alert + "/deliveries"));
    }

    /** At such a time of its window that nothing is foretold. */
    private static void say(String budgetId, Level level, long used) throws Exception {
        LevelCrossed fact =
                new LevelCrossed(
                        budgetId,
                        null,
                        new Standing(
                                budgetId + ".p1",
                                PolicyType.WARN,
                                Period.DAILY,
                                Scope.ANY,
                                START_MS,
                                START_MS + DAY_MS,
                                Measure.TOKENS,
                                level,
                                BigDecimal.valueOf(100),
                                BigDecimal.valueOf(used),
                                BigDecimal.ZERO,
                                BigDecimal.ZERO),
                        START_MS + DAY_MS - 60_000);
        Topic topic = Topics.STATUS;
        producer.send(
                        new ProducerRecord<>(
                                topic.name(),
                                Partitions.of(budgetId, PARTITIONS),
                                fact.standing().policyId().getBytes(UTF_8),
                                LedgerCodec.write(fact)))
                .get(Patience.SECONDS, TimeUnit.SECONDS);
    }
}
