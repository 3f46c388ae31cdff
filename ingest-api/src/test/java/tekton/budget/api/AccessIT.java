package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.AccessMatrix.MatrixKey;
import tekton.budget.api.AccessMatrix.Verdict;
import tekton.budget.api.access.AccessSettings;
import tekton.budget.api.route.AccessScope;
import tekton.budget.api.route.BudgetPlace;
import tekton.budget.api.route.Endpoint;
import tekton.budget.codec.AuditCodec;
import tekton.budget.event.AdminAct;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Topics;

import tools.jackson.databind.JsonNode;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** With keys: who gets in, on every route there is. */
class AccessIT {

    private static final String INGEST = key("ingest");
    private static final String READ = key("read");
    private static final String ADMIN = key("admin");
    private static final String TEAM = key("team");
    private static final String SLOW = key("slow");

    private static final String OPEN = "open";

    private static final FakeMetering METERING = new FakeMetering();

    private static TestBroker broker;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        METERING.ledger.allocations.add(FakeLedger.open("team.none", "its/context"));
        broker = TestBroker.start();
        api =
                Api.startGuarded(
                        broker.bootstrapServers(),
                        METERING,
                        new AccessSettings(
                                String.join(
                                        ",",
                                        entry("ingest:ingest", INGEST),
                                        entry("read:read", READ),
                                        entry("admin:admin", ADMIN),
                                        entry("team:ingest+read+admin@team", TEAM),
                                        entry("no-admin:ingest+read", key("no-admin")),
                                        entry("no-read:ingest+admin", key("no-read")),
                                        entry("no-ingest:read+admin", key("no-ingest")),
                                        entry("all:ingest+read+admin", key("all")),
                                        entry("team-ingest:ingest@team", key("team-ingest")),
                                        entry("team-read:read@team", key("team-read")),
                                        entry("ended:ingest+read+admin", key("ended"))
                                                + ":2026-01-31",
                                        entry("ends:read", key("ends")) + ":2999-12-31"),
                                null,
                                true,
                                0,
                                0,
                                "loopback"));
        api.awaitHealthy();
        // What is done before goes to the log.
        Api.await(() -> api.get("/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
        broker.close();
    }

    @Test
    void shouldLetInWhoMayOnEveryRoute() throws Exception {
        Set<String> routes = Routes.of(api);
        Map<String, String> scopes = documented();
        assertThat(routes).hasSizeGreaterThan(100);
        for (String route : routes) {
            String method = route.substring(0, route.indexOf(' '));
            // Nothing that would end this process, and no route has a resource of that name.
            String path =
                    route.substring(method.length() + 1)
                            .replace("{dimension}", "budgets")
                            .replaceAll("\\{\\w+}", "team.none");
            String scope = scopes.get(route);
            assertThat(scope).as(route + " in the document").isNotNull();
            boolean open = scope.equals(OPEN);

            assertThat(status(method, path, null)).as(route).matches(s -> open != (s == 401));
            assertThat(status(method, path, key("unknown")))
                    .as(route)
                    .matches(s -> open != (s == 401));
            if (path.endsWith("/shutdown")) {
                continue;
            }
            for (Map.Entry<String, String> key :
                    Map.of("ingest", INGEST, "read", READ, "admin", ADMIN).entrySet()) {
                boolean may = open || scope.equals("any") || key.getKey().equals(scope);
                assertThat(status(method, path, key.getValue()))
                        .as(route + " with " + key.getKey())
                        .matches(s -> s != 401 && may != (s == 403));
            }
        }
    }

    /** Keys that matter: none, one that is none, each scope, each pair, all, and for one budget. */
    private static final List<MatrixKey> KEYS =
            List.of(
                    new MatrixKey("no key", null, Set.of(), false),
                    new MatrixKey("unknown", key("unknown"), Set.of(), false),
                    new MatrixKey("ingest", INGEST, Set.of(AccessScope.INGEST), false),
                    new MatrixKey("read", READ, Set.of(AccessScope.READ), false),
                    new MatrixKey("admin", ADMIN, Set.of(AccessScope.ADMIN), false),
                    new MatrixKey("no-admin", key("no-admin"), without(AccessScope.ADMIN), false),
                    new MatrixKey("no-read", key("no-read"), without(AccessScope.READ), false),
                    new MatrixKey(
                            "no-ingest", key("no-ingest"), without(AccessScope.INGEST), false),
                    new MatrixKey("all", key("all"), without(AccessScope.ANY), false),
                    new MatrixKey("team", TEAM, without(AccessScope.ANY), true),
                    new MatrixKey(
                            "team-ingest", key("team-ingest"), Set.of(AccessScope.INGEST), true),
                    new MatrixKey("team-read", key("team-read"), Set.of(AccessScope.READ), true));

    private static final List<MatrixKey> FEWER_KEYS =
            KEYS.stream()
                    .filter(
                            key ->
                                    Set.of("no key", "ingest", "read", "admin", "team")
                                            .contains(key.name()))
                    .toList();

    private static Set<AccessScope> without(AccessScope one) {
        Set<AccessScope> scopes =
                EnumSet.of(AccessScope.INGEST, AccessScope.READ, AccessScope.ADMIN);
        scopes.remove(one);
        return scopes;
    }

    private static String[] headers(MatrixKey key) {
        return key.secret() == null ? new String[0] : new String[] {"X-API-Key: " + key.secret()};
    }

    /** Every row with every key; its id is the own budget's, another's, or nearly the own. */
    @Test
    void shouldAnswerEveryRowAsTheTableSays() throws Exception {
        List<String> faults = new ArrayList<>();
        int asked = 0;
        try (HttpWire wire = new HttpWire(api.port())) {
            for (Endpoint row : AccessMatrix.rows()) {
                for (String budget : AccessMatrix.budgets(row)) {
                    for (String path : AccessMatrix.prefixed(AccessMatrix.path(row, budget))) {
                        for (MatrixKey key : KEYS) {
                            faults.addAll(ask(wire, row, row.method(), path, budget, key));
                            asked++;
                        }
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
        assertThat(asked).isGreaterThan(3_000);
    }

    /** A method that is no row's opens nothing, and a header makes no other method of one. */
    @Test
    void shouldAnswerOtherMethodsAsTheTableSays() throws Exception {
        List<String> faults = new ArrayList<>();
        try (HttpWire wire = new HttpWire(api.port())) {
            for (Endpoint row : AccessMatrix.rows()) {
                String path = AccessMatrix.path(row, AccessMatrix.OWN);
                for (String method : List.of("HEAD", "OPTIONS", "PATCH", "get", "DELETE")) {
                    for (MatrixKey key : FEWER_KEYS) {
                        faults.addAll(ask(wire, row, method, path, AccessMatrix.OWN, key));
                    }
                }
                MatrixKey reader = KEYS.get(3);
                Verdict expected = AccessMatrix.expected("GET", row, reader, AccessMatrix.OWN);
                int plain = wire.ask("GET", path, "", headers(reader)).status();
                int overridden =
                        wire.ask(
                                        "GET",
                                        path + "?_method=DELETE",
                                        "",
                                        "X-API-Key: " + READ,
                                        "X-HTTP-Method-Override: DELETE",
                                        "X-Original-URL: /api/shutdown",
                                        "X-Rewrite-URL: /api/shutdown",
                                        "X-Method-Override: DELETE")
                                .status();
                faults.addAll(AccessMatrix.fault("GET " + path, reader, expected, overridden));
                if (plain != overridden && overridden != 400) {
                    faults.add("GET " + path + " overridden: " + overridden + ", not " + plain);
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private static List<String> ask(
            HttpWire wire, Endpoint row, String method, String path, String budget, MatrixKey key)
            throws Exception {
        Verdict expected = AccessMatrix.expected(method, row, key, budget);
        if (endsTheProcess(method, path) && expected == Verdict.MAY) {
            return List.of();
        }
        int status = wire.ask(method, path, "", headers(key)).status();
        return AccessMatrix.fault(method + ' ' + path, key, expected, status);
    }

    /** No spelling of a path opens what the path itself does not. */
    @Test
    void shouldOpenNothingToAnySpellingOfARow() throws Exception {
        List<String> faults = new ArrayList<>();
        try (HttpWire wire = new HttpWire(api.port())) {
            for (Endpoint row : AccessMatrix.rows()) {
                String path = AccessMatrix.path(row, AccessMatrix.OWN);
                for (AccessMatrix.Spelling spelling : AccessMatrix.spellings(row)) {
                    String spelled = spelling.write().apply(path);
                    for (MatrixKey key : FEWER_KEYS) {
                        Verdict expected =
                                spelling.usual()
                                        ? AccessMatrix.expected(
                                                row.method(), row, key, AccessMatrix.OWN)
                                        : AccessMatrix.expectedOfUnusual(row, key);
                        if (endsTheProcess(row.method(), path) && expected == Verdict.MAY) {
                            continue;
                        }
                        String asked = spelling.name() + ' ' + row.method() + ' ' + spelled;
                        int status = wire.ask(row.method(), spelled, "", headers(key)).status();
                        // The container refuses some before anybody looks at keys.
                        if (status == 400 && !spelling.usual()) {
                            continue;
                        }
                        boolean servesNobody = status == 404 || status == 405;
                        if (expected == Verdict.MAY && !AccessMatrix.hasScopeOf(row, key)) {
                            if (!servesNobody && status != 403) {
                                faults.add(asked + " with " + key.name() + ": " + status);
                            }
                        } else {
                            faults.addAll(AccessMatrix.fault(asked, key, expected, status));
                        }
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    /** Wherever a body names the budget, a key for one budget is held to it. */
    @Test
    void shouldHoldABodyToTheBudgetOfItsKey() throws Exception {
        List<String> without = new ArrayList<>();
        try (HttpWire wire = new HttpWire(api.port())) {
            for (Endpoint row : AccessMatrix.rows()) {
                if (row.budget() != BudgetPlace.BODY) {
                    continue;
                }
                String path = row.path().text();
                if (AccessMatrix.body(row, "").isEmpty()) {
                    without.add(path);
                    continue;
                }
                for (String budget : List.of("other", "team2", "TEAM", AccessMatrix.OWN)) {
                    HttpWire.WireAnswer answer =
                            wire.ask(
                                    "POST",
                                    path,
                                    AccessMatrix.body(row, budget).orElseThrow(),
                                    "X-API-Key: " + TEAM,
                                    "X-Budget-Id: " + budget,
                                    "X-Budget-Context: c",
                                    "X-Budget-Component: k",
                                    "Content-Type: application/"
                                            + (path.endsWith("/events")
                                                    ? "cloudevents+json"
                                                    : "json"));
                    assertThat(answer.body().contains("the budget of this key"))
                            .as(path + " of " + budget + ": " + answer)
                            .isEqualTo(!budget.equals(AccessMatrix.OWN));
                    if (budget.equals(AccessMatrix.OWN)) {
                        assertThat(answer.status()).as(path + ": " + answer).isBetween(200, 204);
                    }
                }
            }
        }
        // Metrics are taken and not counted; Tekton's calls have forms of their own.
        assertThat(without)
                .containsExactly(
                        "/v1/metrics",
                        "/api/metrics",
                        "/mcp/tools/{id}/execute",
                        "/api/tools/{id}/execute",
                        "/api/mcp/process",
                        "/api/mcp/message");
    }

    private static boolean endsTheProcess(String method, String path) {
        return method.equals("POST") && path.endsWith("/shutdown");
    }

    /** Over the wire, because it is the container that tidies paths up. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api//budgets",
                "/health/../api/budgets",
                "/health/%2e%2e/api/budgets",
                "/health;x/../api/budgets",
                "/docs/..%2Fapi/budgets",
                "/docs/../api/budgets",
                "/api/./budgets",
                "/api;x=1/budgets",
                "/api/discovery/../budgets",
            })
    void shouldOpenNothingToUnusualSpellings(String path) throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), api.uri("http", "/").getPort()));
            socket.setSoTimeout((int) Patience.LIMIT.toMillis());
            socket.getOutputStream()
                    .write(
                            ("GET "
                                            + path
                                            + " HTTP/1.1\r\n"
                                            + "Host: localhost\r\n"
                                            + "Connection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("\"items\"");
        }
    }

    @Test
    void shouldSayWhatIsMissingAndNothingElse() throws Exception {
        HttpResponse<String> none = api.get("/api/budgets");
        HttpResponse<String> other = api.post("/api/budgets", "{}", "X-API-Key", READ);

        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(Api.json(none).get("code").asString()).isEqualTo("authentication_error");
        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(Api.json(other).get("code").asString()).isEqualTo("authorization_error");
        assertThat(Api.json(other).get("detail").asString()).contains("read").contains("admin");
        assertThat(other.body()).doesNotContain(READ);
        assertThat(api.get("/api/budgets", "Authorization", "bearer " + READ).statusCode())
                .isEqualTo(200);
        assertThat(
                        api.get(
                                        "/api/budgets",
                                        "Authorization",
                                        "Bearer " + READ,
                                        "X-API-Key",
                                        ADMIN)
                                .statusCode())
                .isEqualTo(401);
    }

    @Test
    void shouldLetNobodyInWithAKeyThatHasEndedAndSayWhichKeysThereAre() throws Exception {
        HttpResponse<String> ended = api.get("/api/budgets", "X-API-Key", key("ended"));
        // The first way in looks at keys by itself.
        HttpResponse<String> sent = record("team", key("ended"));
        for (HttpResponse<String> refused : List.of(ended, sent)) {
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(Api.json(refused).get("detail").asString())
                    .isEqualTo("the API key ended has ended at 2026-02-01T00:00:00Z");
        }
        assertThat(record("team", key("all")).statusCode()).isEqualTo(201);
        assertThat(api.get("/api/budgets", "X-API-Key", key("ends")).statusCode()).isEqualTo(200);

        HttpResponse<String> keys = api.get("/api/keys", "X-API-Key", ADMIN);
        assertThat(keys.statusCode()).isEqualTo(200);
        Map<String, JsonNode> byName = new HashMap<>();
        Api.json(keys).get("items").forEach(key -> byName.put(key.get("name").asString(), key));
        assertThat(byName).containsKeys("ingest", "team", "ended", "ends");
        assertThat(byName.get("ended").get("state").asString()).isEqualTo("ended");
        assertThat(byName.get("ended").get("last_used_at").isNull()).isTrue();
        assertThat(byName.get("ends").get("ends_at").asString()).isEqualTo("3000-01-01T00:00:00Z");
        assertThat(byName.get("ends").get("last_used_at").isNull()).isFalse();
        assertThat(byName.get("all").get("last_used_at").isNull()).isFalse();
        assertThat(byName.get("team").get("budget_id").asString()).isEqualTo("team");
        assertThat(keys.body()).doesNotContain("bk_").doesNotContainPattern("[0-9a-f]{20}");
        assertThat(api.get("/api/keys", "X-API-Key", READ).statusCode()).isEqualTo(403);
    }

    @Test
    void shouldKeepAKeyToItsBudget() throws Exception {
        assertThat(record("team", TEAM).statusCode()).isEqualTo(201);
        HttpResponse<String> foreign = record("other", TEAM);
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(Api.json(foreign).get("detail").asString())
                .isEqualTo("budget_id: \"other\" (expected: \"team\", the budget of this key)");
        HttpResponse<String> others =
                api.post(
                        "/api/usage/record",
                        "{\"allocation_id\":\"other.none\",\"component\":\"k\",\"provider\":\"ollama\",\"model\":\"llama3\",\"input_tokens\":1,\"output_tokens\":1}",
                        "X-API-Key",
                        TEAM,
                        "Content-Type",
                        "application/json");
        assertThat(others.statusCode()).describedAs("not even whether it is there").isEqualTo(403);
        HttpResponse<String> batch =
                api.post(
                        "/api/usage/batch",
                        "[" + usage("team") + "," + usage("other") + "]",
                        "X-API-Key",
                        TEAM,
                        "Content-Type",
                        "application/json");
        assertThat(Api.json(batch).get("accepted").asInt()).isEqualTo(1);
        assertThat(Api.json(batch).get("refusals").get(0).get("code").asString())
                .isEqualTo("authorization_error");
        HttpResponse<String> lines =
                api.post(
                        "/api/usage/batch",
                        usage("other") + "\n" + usage("team"),
                        "X-API-Key",
                        TEAM,
                        "Content-Type",
                        "application/x-ndjson");
        assertThat(Api.json(lines).get("accepted").asInt()).isEqualTo(1);
        String allocation = "{\"budget_id\":\"other\",\"context_id\":\"c\",\"component\":\"k\"}";
        Map<String, String> bodies =
                Map.of(
                        "/api/allocations",
                        allocation,
                        "/api/check",
                        allocation,
                        "/api/policies",
                        "{\"budget_id\":\"other\",\"type\":\"warn\",\"period\":\"daily\",\"token_limit\":1}");
        for (Map.Entry<String, String> each : bodies.entrySet()) {
            assertThat(
                            api.post(
                                            each.getKey(),
                                            each.getValue(),
                                            "X-API-Key",
                                            TEAM,
                                            "Content-Type",
                                            "application/json")
                                    .statusCode())
                    .as(each.getKey())
                    .isEqualTo(403);
        }
        assertThat(api.get("/api/budgets/other", "X-API-Key", TEAM).statusCode()).isEqualTo(403);
        assertThat(api.get("/api/budgets/team", "X-API-Key", TEAM).statusCode()).isNotEqualTo(403);
        assertThat(api.get("/api/alerts", "X-API-Key", TEAM).statusCode()).isEqualTo(403);
        for (String path : List.of("/api/reports/usage", "/api/v1/exports/focus")) {
            assertThat(api.get(path, "X-API-Key", TEAM).statusCode()).isEqualTo(403);
            assertThat(api.get(path + "?budget_id=other", "X-API-Key", TEAM).statusCode())
                    .isEqualTo(403);
            assertThat(api.get(path + "?budget_id=team", "X-API-Key", TEAM).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldAnswerPagesThatMayCallAndNoOthers() throws Exception {
        HttpResponse<String> asked =
                api.send(
                        api.request(
                                        "/api/budgets",
                                        "Origin",
                                        "http://localhost:8080",
                                        "Access-Control-Request-Method",
                                        "POST")
                                .method("OPTIONS", BodyPublishers.noBody()));
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(asked.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("http://localhost:8080");
        assertThat(asked.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
                .contains("X-API-Key");

        HttpResponse<String> foreign =
                api.post(
                        "/api/usage/record",
                        usage("team"),
                        "X-API-Key",
                        INGEST,
                        "Origin",
                        "https://elsewhere.example");
        assertThat(foreign.statusCode()).isEqualTo(403);
        HttpResponse<String> read =
                api.get("/api/budgets", "X-API-Key", READ, "Origin", "https://elsewhere.example");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void shouldGuardLiveStreams() throws Exception {
        assertThat(api.get("/events").statusCode()).isEqualTo(401);
        assertThat(api.get("/ws/budget/updates").statusCode()).isEqualTo(401);
        assertThat(api.get("/ws/budget/updates", "X-API-Key", READ).statusCode()).isEqualTo(426);
        assertThat(api.get("/ws/budget/updates", "X-API-Key", TEAM).statusCode()).isEqualTo(403);
    }

    @Test
    void shouldWriteAdministrativeActsDown() throws Exception {
        api.send(api.request("/api/budgets/audited", "X-API-Key", ADMIN).DELETE());
        api.send(api.request("/api/budgets/audited", "X-API-Key", READ).DELETE());
        api.send(api.request("/api/budgets/audited").DELETE());
        api.get("/api/budgets/audited", "X-API-Key", READ);

        Api.await(() -> acts().size() >= 3);
        assertThat(acts())
                .extracting(AdminAct::caller, act -> act.method() + ' ' + act.status())
                .containsExactly(
                        tuple("admin", "DELETE 200"),
                        tuple("read", "DELETE 403"),
                        tuple("anonymous", "DELETE 401"));
    }

    @Test
    void shouldLimitEachKeysRate() throws Exception {
        try (Api limited =
                Api.startGuarded(
                        broker.bootstrapServers(),
                        new FakeMetering(),
                        new AccessSettings(
                                entry("slow:read", SLOW) + ' ' + entry("read:read", READ),
                                null,
                                true,
                                2,
                                3,
                                "none"))) {
            Api.await(() -> limited.get("/ready").statusCode() == 200);
            limited.get("/api/budgets", "X-API-Key", SLOW);
            limited.get("/api/budgets", "X-API-Key", SLOW);
            HttpResponse<String> third = limited.get("/api/budgets", "X-API-Key", SLOW);

            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(third.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(1, 31);
            assertThat(limited.get("/api/budgets", "X-API-Key", READ).statusCode()).isEqualTo(200);
            assertThat(third.headers().firstValue("RateLimit-Policy"))
                    .hasValue("\"requests\";q=2;w=60");
            assertThat(third.headers().firstValue("RateLimit").orElseThrow())
                    .startsWith("\"requests\";r=0;t=");

            // Who shows no known key is counted by where he comes from.
            for (int i = 0; i < 3; i++) {
                assertThat(limited.get("/api/budgets", "X-API-Key", "guess").statusCode())
                        .isEqualTo(401);
            }
            HttpResponse<String> fourth = limited.get("/api/budgets", "X-API-Key", "guess");
            assertThat(fourth.statusCode()).isEqualTo(429);
            assertThat(fourth.body()).contains("from this address", "at most 3 a minute");
            assertThat(limited.get("/api/budgets", "X-API-Key", READ).statusCode()).isEqualTo(200);
            assertThat(limited.get("/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldLimitTheRateOfAnAddressWhereNoKeysAre() throws Exception {
        try (Api limited =
                Api.startGuarded(
                        broker.bootstrapServers(),
                        new FakeMetering(),
                        new AccessSettings("", null, false, 0, 3, "loopback"))) {
            Api.await(() -> limited.get("/ready").statusCode() == 200);
            String record =
                    "{\"context_id\":\"c\",\"component\":\"c\",\"provider\":\"openai\","
                            + "\"model\":\"gpt-4o\",\"input_tokens\":1,\"output_tokens\":1}";
            for (int i = 0; i < 3; i++) {
                assertThat(limited.post("/api/usage/record", record).statusCode()).isEqualTo(201);
            }
            HttpResponse<String> fourth = limited.post("/api/usage/record", record);
            assertThat(fourth.statusCode()).isEqualTo(429);
            assertThat(fourth.headers().firstValue("Retry-After")).isPresent();
            assertThat(limited.get("/health").statusCode()).isEqualTo(200);
        }
    }

    private static List<AdminAct> acts() {
        List<AdminAct> acts = new ArrayList<>();
        TopicPartition partition = new TopicPartition(Topics.AUDIT.name(), 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(found -> acts.add(AuditCodec.read(found.value())));
            }
        }
        return acts.stream().filter(act -> act.path().endsWith("/audited")).toList();
    }

    private static HttpResponse<String> record(String budgetId, String key) throws Exception {
        return api.post(
                "/api/usage/record",
                usage(budgetId),
                "X-API-Key",
                key,
                "Content-Type",
                "application/json");
    }

    private static String usage(String budgetId) {
        return "{\"context_id\":\"c\",\"component\":\"k\",\"provider\":\"ollama\",\"model\":\"llama3\",\"input_tokens\":1,\"output_tokens\":1,\"budget_id\":\"%s\"}"
                .formatted(budgetId);
    }

    private static int status(String method, String path, String key) throws Exception {
        String[] headers = key == null ? new String[0] : new String[] {"X-API-Key", key};
        return api.status(method, path, headers);
    }

    /** What the API's document says that each route needs. */
    private static Map<String, String> documented() throws Exception {
        JsonNode document = Api.json(api.get("/api/openapi.json"));
        Map<String, String> scopes = new HashMap<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            JsonNode servers = path.getValue().path("servers");
            for (JsonNode server : servers.isMissingNode() ? document.get("servers") : servers) {
                String prefix = server.get("url").asString().replaceFirst("/$", "");
                for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                    if (operation.getValue().isObject()) {
                        scopes.put(
                                operation.getKey().toUpperCase(Locale.ROOT)
                                        + ' '
                                        + prefix
                                        + path.getKey(),
                                operation.getValue().path("x-required-scope").asString(OPEN));
                    }
                }
            }
        }
        return scopes;
    }

    private static String key(String name) {
        return "bk_" + name + "_0123456789abcdef0123456789abcdef";
    }

    private static String entry(String nameAndScopes, String key) throws Exception {
        return nameAndScopes
                + ':'
                + HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(key.getBytes(StandardCharsets.UTF_8)));
    }
}
