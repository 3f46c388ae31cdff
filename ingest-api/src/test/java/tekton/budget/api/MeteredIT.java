package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.testbroker.TestBroker;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The whole way: a record in over HTTP, counted by the metering, and read back as totals. */
class MeteredIT {

    private static final String POSITION = "Budget-Position";

    @TempDir private static Path data;

    private static TestBroker broker;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        api = Api.start(broker.bootstrapServers(), data).awaitHealthy();
        Api.await(() -> api.get("/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
        broker.close();
    }

    @Test
    void shouldShowARecordOnceInEveryTotal() throws Exception {
        String body =
                """
                {"context_id": "my/context", "component": "my-component",
                 "provider": "anthropic", "model": "claude-3-opus-20240229",
                 "input_tokens": 100, "output_tokens": 250, "request_id": "once",
                 "budget_id": "team"}\
                """;

        HttpResponse<String> first = api.post("/api/usage/record", body);
        HttpResponse<String> again = api.post("/api/usage/record", body);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(Api.json(first).get("total_cost").decimalValue())
                .isEqualTo(new BigDecimal("0.02025"));
        String position = again.headers().firstValue(POSITION).orElseThrow();
        for (String path :
                new String[] {
                    "contexts/my%2Fcontext",
                    "contexts/my/context?period=daily",
                    "components/my-component",
                    "components/my-component?period=monthly&zone=Europe/Berlin",
                    "budgets/team"
                }) {
            HttpResponse<String> total = api.get("/api/totals/" + path, POSITION, position);
            assertThat(total.statusCode()).as(path + " " + total.body()).isEqualTo(200);
            JsonNode json = Api.json(total);
            assertThat(json.get("total_tokens").longValue()).as(path).isEqualTo(350);
            assertThat(json.get("record_count").longValue()).as(path).isEqualTo(1);
            assertThat(json.get("total_cost").decimalValue()).isEqualTo(new BigDecimal("0.02025"));
        }

        JsonNode summary =
                Api.json(
                        api.post(
                                "/api/v1/usage/summary",
                                "{\"period\": \"daily\", \"budget_id\": \"team\"}",
                                POSITION,
                                position));
        assertThat(summary.get("count").longValue()).isEqualTo(1);
        assertThat(summary.get("groups").get("model").get("claude-3-opus-20240229").toString())
                .contains("\"cost\":0.02025");

        HttpResponse<String> record = api.get("/api/usage/records/once", POSITION, position);
        assertThat(record.statusCode()).as(record.body()).isEqualTo(200);
        assertThat(Api.json(record).get("total_cost")).isEqualTo(Api.json(first).get("total_cost"));
        JsonNode list =
                Api.json(api.get("/api/usage/records?context_id=my/context", POSITION, position));
        assertThat(list.get("items").size()).isEqualTo(1);
    }

    @Test
    void shouldTellListenersHowFarTheLogGoes() throws Exception {
        try (LiveStream stream = LiveStream.open(api, "/events?usage=true", null)) {
            for (String id : new String[] {"told-1", "told-2"}) {
                Positions mine =
                        Positions.parse(
                                        api.post("/api/usage/record", told(id))
                                                .headers()
                                                .firstValue(POSITION)
                                                .orElseThrow())
                                .orElseThrow();
                Positions told;
                do {
                    String position = stream.next("usage").data().get("position").stringValue();
                    told = Positions.parse(position).orElse(Positions.NONE);
                } while (!told.and(mine).equals(told));
                JsonNode total =
                        Api.json(
                                api.get(
                                        "/api/usage/records?context_id=told",
                                        POSITION,
                                        told.toString()));
                assertThat(total.get("items").get(0).get("record_id").stringValue()).isEqualTo(id);
            }
        }
    }

    private static String told(String id) {
        return """
        {"context_id": "told", "component": "c", "provider": "openai", "model": "gpt-4o",
         "input_tokens": 1, "output_tokens": 1, "request_id": "%s"}\
        """
                .formatted(id);
    }

    @Test
    void shouldNotKnowWhatNobodyUsed() throws Exception {
        assertThat(api.get("/api/totals/contexts/nobody").statusCode()).isEqualTo(404);
        assertThat(api.get("/api/usage/records/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldNameThePositionThatIsNotReached() throws Exception {
        String ahead =
                IntStream.range(0, 6)
                        .mapToObj(partition -> "usage-" + partition + ":999999")
                        .collect(Collectors.joining(","));

        HttpResponse<String> response =
                api.get("/api/totals/contexts/nobody?wait_ms=50", POSITION, ahead);

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(Api.json(response).get("detail").stringValue())
                .containsPattern("usage-[0-5]:999999");
    }
}
