package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.api.config.ClusterSettings;
import tekton.budget.api.config.ServerCertificate;
import tekton.budget.broker.FreePorts;
import tekton.budget.metering.config.MeteringScale;
import tekton.budget.metering.query.remote.PeerSecret;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.testbroker.TestCertificates;
import tekton.budget.topic.Partitions;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Three instances on one Kafka: whatever is asked of any of them is answered as if it owned all,
 * and what cannot be answered is said, never left out. They serve, and ask each other, over TLS.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {

    private static final String POSITION = "Budget-Position";
    private static final String SECRET = "a secret of the cluster's, 1".replace(' ', '-').repeat(2);
    private static final int INSTANCES = 3;
    private static final int PARTS = INSTANCES;
    private static final int RECORDS = 900;
    private static final int CONTEXTS = 90;
    private static final List<String> BUDGETS = List.of("default", "red", "green", "blue", "grey");
    private static final List<String> COMPONENTS = List.of("chat", "code", "rag");

    @TempDir private static Path data;

    private static TestCertificates certificates;
    private static TestBroker broker;
    private static final List<Api> INSTANCE = new ArrayList<>();
    private static final Map<String, Long> TOKENS = new TreeMap<>();
    private static final List<String> LINES = new ArrayList<>();
    private static String written;

    @BeforeAll
    static void start() throws Exception {
        certificates =
                TestCertificates.in(data.resolve("certificates")).issue("first").issue("others");
        broker = TestBroker.start();
        List<Integer> ports = FreePorts.find(INSTANCES);
        for (int i = 0; i < INSTANCES; i++) {
            INSTANCE.add(start(ports.get(i), i));
        }
        for (Api instance : INSTANCE) {
            Api.await(() -> instance.get("/ready").statusCode() == 200);
        }
        for (int part = 0; part < PARTS; part++) {
            LINES.add(lines(part));
        }
        written = report();
    }

    @AfterAll
    static void stop() {
        INSTANCE.forEach(Api::close);
        broker.close();
    }

    private static Api start(int port, int number) throws Exception {
        return start(port, number, new PeerSecret(SECRET));
    }

    private static Api start(int port, int number, PeerSecret secret) throws Exception {
        // The first has a certificate of its own; the others share one.
        String name = number == 0 ? "first" : "others";
        return Api.startInstance(
                        port,
                        KafkaConnection.plain(broker.bootstrapServers()),
                        data.resolve("instance-" + number),
                        new ClusterSettings(new MeteringScale(6, 3, 1, 1), secret, Duration.ZERO),
                        new ServerCertificate(
                                certificates.certificate(name),
                                certificates.key(name),
                                null,
                                Instant.now()),
                        certificates.client())
                .awaitHealthy();
    }

    /** The usage of an instance, as lines; what it adds to totals is noted. */
    private static String lines(int part) {
        StringBuilder lines = new StringBuilder();
        for (int i = part; i < RECORDS; i += PARTS) {
            String context = "c/%02d".formatted(i % CONTEXTS);
            String budget = BUDGETS.get(i % BUDGETS.size());
            String component = COMPONENTS.get(i % COMPONENTS.size());
            String user = "user-" + i % 4;
            long tokens = 10L + i;
            lines.append(
                    """
                    {"record_id": "r-%d", "context_id": "%s", "component": "%s", "provider": \
                    "anthropic", "model": "claude-3-opus-20240229", "input_tokens": %d, \
                    "output_tokens": 0, "budget_id": "%s", "user_id": "%s"}
                    """
                            .formatted(i, context, component, tokens, budget, user));
            TOKENS.merge("contexts/" + context, tokens, Long::sum);
            TOKENS.merge("budgets/" + budget, tokens, Long::sum);
            TOKENS.merge("components/" + component, tokens, Long::sum);
            TOKENS.merge("users/" + user, tokens, Long::sum);
        }
        return lines.toString();
    }

    /** Reports all usage, to one instance after the other; the position behind all of it. */
    private static String report() throws Exception {
        Map<Integer, Long> last = new HashMap<>();
        for (int part = 0; part < LINES.size(); part++) {
            HttpResponse<String> answer =
                    INSTANCE.get(part % INSTANCE.size())
                            .post(
                                    "/api/usage/batch",
                                    LINES.get(part),
                                    "Content-Type",
                                    "application/x-ndjson");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            Positions.parse(answer.headers().firstValue(POSITION).orElseThrow())
                    .orElseThrow()
                    .offsets()
                    .forEach((partition, offset) -> last.merge(partition, offset, Math::max));
        }
        return Positions.ofUsage(new TreeMap<>(last)).toString();
    }

    @Test
    @Order(1)
    void everyInstanceKnowsEveryTotal() throws Exception {
        requireTotals(written);
        // Days that begin within a UTC hour are another question between instances.
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        for (Map.Entry<String, Long> total : TOKENS.entrySet()) {
            for (Api instance : INSTANCE) {
                HttpResponse<String> days =
                        instance.get(
                                "/api/totals/%s?zone=Asia/Kolkata&from=%s&to=%s"
                                        .formatted(
                                                total.getKey(),
                                                today.minusDays(2),
                                                today.plusDays(2)));
                assertThat(days.statusCode()).as(days.body()).isEqualTo(200);
                assertThat(Api.json(days).get("total_tokens").longValue())
                        .as(total.getKey())
                        .isEqualTo(total.getValue());
            }
        }
    }

    @Test
    @Order(2)
    void listsAreWholeAndInOneOrderWhoeverIsAsked() throws Exception {
        for (Api first : INSTANCE) {
            List<String> ids = new ArrayList<>();
            String next = "";
            // Each page from another instance than the one before.
            for (int page = INSTANCE.indexOf(first);
                    next != null && ids.size() <= CONTEXTS;
                    page++) {
                HttpResponse<String> answer =
                        INSTANCE.get(page % INSTANCES)
                                .get("/api/totals/contexts?limit=7" + next, POSITION, written);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                JsonNode json = Api.json(answer);
                json.get("items").forEach(item -> ids.add(item.get("id").stringValue()));
                JsonNode cursor = json.get("next");
                next =
                        cursor == null || cursor.isNull()
                                ? null
                                : "&after=" + cursor.stringValue().replace("/", "%2F");
            }
            assertThat(ids).isSorted().doesNotHaveDuplicates().hasSize(CONTEXTS);
        }
    }

    @Test
    @Order(3)
    void whatIsGatheredIsTheSameEverywhere() throws Exception {
        for (String path :
                List.of(
                        "/api/totals/budgets",
                        "/api/totals/components",
                        "/api/totals/budgets?top=tokens",
                        "/api/totals/components?top=tokens",
                        "/api/totals/users",
                        "/api/totals/users?top=tokens",
                        "/api/totals/contexts?top=tokens&limit=5",
                        "/api/reports/usage?group_by=budget,component",
                        "/api/reports/usage?group_by=context,hour",
                        "/api/reports/usage?group_by=user,budget,hour",
                        "/api/usage/records?context_id=c/07",
                        "/api/usage/records?limit=50&component=rag",
                        "/api/usage/records/r-77")) {
            Set<String> answers = new HashSet<>();
            for (Api instance : INSTANCE) {
                HttpResponse<String> answer = instance.get(path, POSITION, written);
                assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
                answers.add(answer.body().replaceAll("\"(generated_at|to|until)\":\"[^\"]*\"", ""));
            }
            assertThat(answers).as(path).hasSize(1);
        }
    }

    @Test
    @Order(4)
    void allocationsAreKnownEverywhere() throws Exception {
        List<String> granted = new ArrayList<>();
        String last = "";
        for (int i = 0; i < 12; i++) {
            HttpResponse<String> answer =
                    INSTANCE.get(i % INSTANCES)
                            .post(
                                    "/api/allocations",
                                    """
                                    {"context_id": "a/%d", "component": "chat", "tier":\
                                     "remote_heavyweight", "provider": "anthropic", "model":\
                                     "claude-3-opus-20240229", "tokens_allocated": %d, "budget_id": "%s"}\
                                    """
                                            .formatted(i, 100 + i, BUDGETS.get(0)),
                                    "Idempotency-Key",
                                    "k" + i);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            granted.addFirst(Api.json(answer).get("allocation_id").stringValue());
            last = answer.headers().firstValue(POSITION).orElseThrow();
        }
        for (Api instance : INSTANCE) {
            List<String> listed = new ArrayList<>();
            Api.json(instance.get("/api/allocations?limit=50", POSITION, last))
                    .get("items")
                    .forEach(item -> listed.add(item.get("allocation_id").stringValue()));
            assertThat(listed).isEqualTo(granted);
            for (String id : granted) {
                assertThat(instance.get("/api/allocations/" + id, POSITION, last).statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    @Order(5)
    void onlyTheClustersSecretOpensTheWayBetweenInstances() throws Exception {
        String path = "/internal/ask/all-time";
        String question =
                """
                {"of": [%d], "dimension": "CONTEXT", "id": "c/07", "after": {"positions":\
                 {"offsets": {}, "requests": {}}, "patience": "PT0S", "stale_allowed": false}}\
                """
                        .formatted(Partitions.of("c/07", 6));
        Api api = INSTANCE.getFirst();

        assertThat(api.post(path, question).statusCode()).isEqualTo(401);
        assertThat(api.post(path, question, "Budget-Cluster-Secret", SECRET + "x").statusCode())
                .isEqualTo(401);
        List<Integer> answers = new ArrayList<>();
        for (Api each : INSTANCE) {
            answers.add(each.post(path, question, "Budget-Cluster-Secret", SECRET).statusCode());
        }
        assertThat(answers).as("its owner knows").containsExactlyInAnyOrder(200, 503, 503);
        assertThat(api.post(path, "{}", "Budget-Cluster-Secret", SECRET).statusCode())
                .isEqualTo(400);
        assertThat(
                        api.post("/internal/ask/nothing", "{}", "Budget-Cluster-Secret", SECRET)
                                .statusCode())
                .isEqualTo(400);
        assertThat(api.get(path, "Budget-Cluster-Secret", SECRET).statusCode()).isEqualTo(404);
    }

    @Test
    @Order(6)
    void whatAnInstanceDoesNotTellIsNamedAndACopyWillDoForWhoAllowsIt() throws Exception {
        int port = FreePorts.find(1).getFirst();
        Api asked = INSTANCE.getFirst();
        try (Api stranger = start(port, INSTANCES, new PeerSecret("another-".repeat(5)))) {
            assertThat(stranger.port()).isEqualTo(port);
            Set<String> named = new HashSet<>();
            Set<String> stale = new HashSet<>();
            // Who owns what moves for a while; whatever is answered meanwhile is right.
            Api.await(
                    () -> {
                        for (String path : TOKENS.keySet()) {
                            if (isAwayWith(port, asked.getOnce("/api/totals/" + path))) {
                                named.add(path);
                            }
                            HttpResponse<String> copy =
                                    asked.getOnce("/api/totals/" + path + "?stale=true");
                            if (copy.statusCode() == 200) {
                                assertThat(Api.json(copy).get("total_tokens").longValue())
                                        .isEqualTo(TOKENS.get(path));
                                copy.headers()
                                        .firstValue("Budget-Lag")
                                        .ifPresent(_ -> stale.add(path));
                            }
                        }
                        return !named.isEmpty() && !stale.isEmpty();
                    });
            Api.await(
                    () -> {
                        // Part of it is never all of it.
                        HttpResponse<String> list = asked.getOnce("/api/totals/contexts?limit=100");
                        if (list.statusCode() == 200) {
                            assertThat(Api.json(list).get("items").size()).isEqualTo(CONTEXTS);
                        }
                        return isAwayWith(port, list);
                    });
            assertThat(
                            asked.get("/api/totals/budgets/red?stale=true", POSITION, written)
                                    .statusCode())
                    .isEqualTo(422);
        }
    }

    private static boolean isAwayWith(int port, HttpResponse<String> answer) {
        return answer.statusCode() == 503
                && answer.body().contains("localhost:" + port + " has another cluster secret");
    }

    @Test
    @Order(7)
    void whoeverGoesIsMissedByNobodyForLong() throws Exception {
        Api gone = INSTANCE.removeLast();
        gone.close();

        requireTotals(written);
    }

    @Test
    @Order(8)
    void whoeverTakesOverRemembersWhatWasCounted() throws Exception {
        String again = report();

        requireTotals(again);
    }

    /** Every instance knows every total behind a position, as soon as it can answer. */
    private static void requireTotals(String position) throws Exception {
        for (Map.Entry<String, Long> total : TOKENS.entrySet()) {
            for (Api instance : INSTANCE) {
                HttpResponse<String> answer =
                        instance.get("/api/totals/" + total.getKey(), POSITION, position);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Budget-Lag")).isEmpty();
                assertThat(Api.json(answer).get("total_tokens").longValue())
                        .as(total.getKey())
                        .isEqualTo(total.getValue());
            }
        }
    }
}
