package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.broker.FreePorts;
import tekton.budget.testbroker.Patience;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Prices, the whole way: a price list, the poller, Kafka, the metering and HTTP in one process. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class StandalonePricesIT {

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir Path directory;
    private Path list;
    private int port;
    private Map<String, String> environment = Map.of();

    @BeforeEach
    void prepare() throws Exception {
        List<Integer> ports = FreePorts.find(2);
        port = ports.get(0);
        list = directory.resolve("litellm.json");
        write("2.5e-6");
        environment =
                Map.of(
                        "BUDGET_PORT", String.valueOf(port),
                        "BUDGET_KAFKA_PORT", String.valueOf(ports.get(1)),
                        "BUDGET_DATA_DIR", directory.resolve("data").toString(),
                        // Nor a Hermes that happens to be there.
                        "BUDGET_HERMES", "false",
                        "BUDGET_PRICE_SOURCES", "litellm,built-in",
                        "BUDGET_PRICE_LITELLM", list.toString());
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void pricesComeFromTheirSourcesAndFromTheOperator() throws Exception {
        try (BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            awaitInput("0.0000025");
            JsonNode quarantine = get("/api/prices/quarantine");
            assertThat(quarantine.get("total").intValue()).isEqualTo(1);
            JsonNode held = quarantine.get("items").get(0);
            assertThat(held.get("provider").stringValue()).isEqualTo("wandb");
            assertThat(held.get("releasable").booleanValue()).isFalse();
            assertThat(get("/api/prices/disagreements").get("items").get(0).get("other").toString())
                    .contains("built-in");

            write("3e-6");
            JsonNode updated = send("POST", "/api/prices/update", "", 200);
            assertThat(updated.get("updates_started").intValue()).isEqualTo(2);
            assertThat(updated.get("prices_published").intValue()).isEqualTo(1);
            awaitInput("0.000003");

            JsonNode set =
                    send(
                            "PUT",
                            "/api/prices/openai/gpt-4o",
                            "{\"input_cost_per_token\": 0.000001, \"output_cost_per_token\": 0}",
                            200);
            assertThat(set.get("source").stringValue()).isEqualTo("operator");
            awaitInput("0.000001");

            send("DELETE", "/api/prices/openai/gpt-4o", "", 200);
            awaitInput("0.000003");
            send("DELETE", "/api/prices/openai/gpt-4o", "", 404);
            send(
                    "POST",
                    "/api/prices/quarantine/"
                            + held.get("quarantine_id").stringValue()
                            + "/release",
                    "",
                    409);
            budget.terminate();
            assertThat(budget.said()).noneMatch(line -> line.contains("While stopping"));
        }
        try (BudgetProcess again = BudgetProcess.start(environment).awaitReady()) {
            Patience.await(() -> status("/api/prices/sources") == 200);
            JsonNode updated = send("POST", "/api/prices/update", "", 200);

            assertThat(updated.get("prices_published").intValue()).isZero();
            assertThat(get("/api/prices/history/openai/gpt-4o").size()).isEqualTo(5);
            again.terminate();
        }
    }

    @Test
    void sourcesThatCannotBeReachedDelayNothingAndSayLittle() throws Exception {
        Map<String, String> offline = new HashMap<>(environment);
        offline.put("TEST_LOG_LEVEL", "WARN");
        // The update waits for the last attempt at each source.
        offline.put("BUDGET_DECISION_TIMEOUT_MS", "60000");
        offline.put("BUDGET_PRICE_SOURCES", "litellm,openrouter,built-in");
        offline.put("BUDGET_PRICE_LITELLM", "http://127.0.0.1:1/prices.json");
        offline.put("BUDGET_PRICE_OPENROUTER", "http://nowhere.invalid/models");
        try (BudgetProcess budget = BudgetProcess.start(offline).awaitReady()) {
            Patience.await(() -> status("/ready") == 200);
            assertThat(input("claude-3-opus-20240229", "anthropic")).isEqualTo("0.000015");
            Patience.await(() -> get("/api/prices/sources").get("items").size() == 3);
            send("POST", "/api/prices/update", "", 200);
            budget.terminate();

            assertThat(budget.said().stream().filter(line -> line.contains("Price source")))
                    .hasSize(2);
            assertThat(budget.said()).noneMatch(line -> line.contains("Exception:"));
        }
    }

    /** Prices come a moment after the service is ready; until then nobody knows the model. */
    private void awaitInput(String price) throws Exception {
        Patience.await(
                () ->
                        client.send(current("gpt-4o", "openai"), BodyHandlers.ofString())
                                        .statusCode()
                                == 200);
        Patience.await(() -> input("gpt-4o", "openai").equals(price));
    }

    private String input(String model, String provider) throws Exception {
        return send(current(model, provider), 200)
                .path("input_cost_per_token")
                .asDecimal(BigDecimal.ZERO)
                .toPlainString();
    }

    private HttpRequest current(String model, String provider) {
        return request(
                "POST",
                "/api/prices/current",
                "{\"provider\": \"%s\", \"model\": \"%s\"}".formatted(provider, model));
    }

    private JsonNode get(String path) throws Exception {
        return send("GET", path, "", 200);
    }

    private int status(String path) throws Exception {
        return client.send(request("GET", path, ""), BodyHandlers.ofString()).statusCode();
    }

    private JsonNode send(String method, String path, String body, int status) throws Exception {
        return send(request(method, path, body), status);
    }

    private JsonNode send(HttpRequest request, int status) throws Exception {
        var response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode())
                .as(request.uri() + " " + response.body())
                .isEqualTo(status);
        return JsonMapper.builder()
                .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build()
                .readTree(response.body());
    }

    private HttpRequest request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Patience.LIMIT)
                .method(method, BodyPublishers.ofString(body))
                .build();
    }

    private void write(String input) throws Exception {
        Files.writeString(
                list,
                """
                {"gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": %s,
                            "output_cost_per_token": 1e-5},
                 "wandb/m": {"litellm_provider": "wandb", "input_cost_per_token": 0.015,
                             "output_cost_per_token": 0.06}}\
                """
                        .formatted(input));
    }
}
