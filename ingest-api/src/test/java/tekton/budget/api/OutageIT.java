package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.broker.FreePorts;
import tekton.budget.kafka.PublisherSettings;
import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;

/** What callers are told when Kafka is not there, goes away, or cannot keep up. */
class OutageIT {

    private static final String RECORD =
            """
            {"record_id": "r", "context_id": "c", "component": "x", "provider": "p",\
             "model": "m", "input_tokens": 10, "output_tokens": 2%s}\
            """;

    private static final String BUDGET = "{\"name\": \"n\"}";
    private static final String ALLOCATION = "{\"context_id\": \"c\", \"component\": \"x\"}";

    private static final String ONE = RECORD.formatted("");
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";

    @Test
    void shouldServeBeforeKafkaDoesAndSayThatItCannotWriteYet() throws Exception {
        String nobody = "127.0.0.1:" + FreePorts.find(1).getFirst();
        try (Api api = Api.start(nobody, new FakeMetering())) {
            HttpResponse<String> health = api.get("/health");
            assertThat(health.statusCode()).isEqualTo(503);
            JsonNode json = Api.json(health);
            assertThat(json.get("status").stringValue()).isEqualTo("starting");
            assertThat(json.get("missing").toString()).isEqualTo("[\"kafka\",\"decisions\"]");
            assertThat(json.get("parts").get("kafka").get("status").stringValue())
                    .isEqualTo("connecting");
            assertThat(api.get("/ready").statusCode()).isEqualTo(503);
            for (String path :
                    new String[] {
                        "/api/usage/record", "/api/usage/batch", "/api/budgets", "/api/allocations"
                    }) {
                String body =
                        switch (path) {
                            case "/api/budgets" -> BUDGET;
                            case "/api/allocations" -> ALLOCATION;
                            default -> ONE;
                        };
                HttpResponse<String> write = api.post(path, body);
                assertThat(write.statusCode()).isEqualTo(503);
                assertThat(write.headers().firstValue("Retry-After")).contains("1");
            }
            assertThat(api.get("/api/totals/contexts/c").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void shouldRefuseInTimeWhileKafkaIsAwayAndRecoverByItself() throws Exception {
        try (TestBroker broker = TestBroker.start();
                Api api =
                        Api.startImpatient(
                                broker.bootstrapServers(),
                                new FakeMetering(),
                                PublisherSettings.BYTES_IN_FLIGHT_DEFAULT)) {
            api.awaitHealthy();
            assertThat(api.post("/api/usage/record", ONE).statusCode()).isEqualTo(201);
            broker.stop();

            Future<HttpResponse<String>> batch =
                    inBackground(api, "/api/usage/batch", "7\n" + ONE + "\n" + ONE, LINES);
            HttpResponse<String> single = api.post("/api/usage/record", ONE);
            assertThat(single.statusCode()).isEqualTo(503);
            assertThat(single.headers().firstValue("Retry-After")).contains("1");
            assertThat(Api.json(single).get("detail").stringValue())
                    .contains("not known to be durable");
            HttpResponse<String> asked = api.post("/api/budgets", BUDGET);
            assertThat(asked.statusCode()).as(asked.body()).isEqualTo(503);
            assertThat(asked.headers().firstValue("Retry-After")).contains("1");
            assertThat(Api.json(asked).get("request_id").stringValue()).isNotEmpty();
            assertThat(batch.get().statusCode()).isEqualTo(503);
            JsonNode json = Api.json(batch.get());
            assertThat(json.get("accepted").longValue()).isZero();
            assertThat(json.get("refused").longValue()).isEqualTo(1);
            HttpResponse<String> health = api.get("/health");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(Api.json(health).get("status").stringValue()).isEqualTo("degraded");
            assertThat(api.get("/metrics").statusCode()).isEqualTo(200);

            broker.startAgain();
            Api.await(() -> api.post("/api/usage/record", ONE).statusCode() == 201);
            // The ledger's requests are sent by a producer of their own, which tries again too.
            Api.await(
                    () ->
                            Api.json(api.get("/health"))
                                    .get("status")
                                    .stringValue()
                                    .equals("healthy"));
        }
    }

    @Test
    void shouldRefuseSinglesAtOnceAndBatchesAfterAWhileWhenTooMuchIsInFlight() throws Exception {
        String large = RECORD.formatted(", \"metadata\": {\"a\": \"" + "x".repeat(16_000) + "\"}");
        int bound = 1 << 20;
        try (TestBroker broker = TestBroker.start();
                Api api =
                        Api.startImpatient(broker.bootstrapServers(), new FakeMetering(), bound)) {
            api.awaitHealthy();
            broker.stop();

            // More than the bound at once: it fills, and what follows finds no room.
            Future<HttpResponse<String>> batch =
                    inBackground(
                            api,
                            "/api/usage/batch",
                            (large + "\n").repeat(2 * bound / large.length()),
                            LINES);
            // A single that comes before the bound is reached waits for Kafka. How long the batch
            // and these wait depends on when the producer notices that Kafka is away. Four times
            // the bound wait at most: each holds a connection.
            int waitingMax = 4 * bound / large.length();
            List<Future<HttpResponse<String>>> singles = new ArrayList<>();
            AtomicReference<HttpResponse<String>> refused = new AtomicReference<>();
            Api.await(
                    () -> {
                        for (int i = 0; i < 8 && singles.size() < waitingMax; i++) {
                            singles.add(inBackground(api, "/api/usage/record", large, JSON));
                        }
                        for (Future<HttpResponse<String>> single : singles) {
                            if (single.isDone() && single.get().statusCode() == 429) {
                                refused.set(single.get());
                            }
                        }
                        singles.removeIf(Future::isDone);
                        return refused.get() != null;
                    });
            HttpResponse<String> first = refused.get();
            assertThat(first.headers().firstValue("Retry-After")).contains("1");
            assertThat(Api.json(first).get("code").stringValue()).isEqualTo("too_many_requests");
            assertThat(batch.get().statusCode()).isEqualTo(503);
        }
    }

    private static Future<HttpResponse<String>> inBackground(
            Api api, String path, String body, String type) {
        FutureTask<HttpResponse<String>> request =
                new FutureTask<>(() -> api.post(path, body, "Content-Type", type));
        Thread.ofVirtual().start(request);
        return request;
    }
}
