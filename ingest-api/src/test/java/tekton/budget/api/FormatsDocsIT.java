package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every request of docs/formats.md is sent and answered as it says there, and counts once. */
class FormatsDocsIT {

    private static final Pattern REQUEST =
            Pattern.compile("(?s)```http (\\d+)\\nPOST (\\S+)\\n(.*?)\\n\\n(.*?)\\n```");

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
    void shouldAnswerEveryRequestAsDocumentedAndCountItOnce() throws Exception {
        int sent = 0;
        for (int time = 0; time < 2; time++) {
            Matcher request = REQUEST.matcher(Files.readString(Path.of("../docs/formats.md")));
            sent = 0;
            while (request.find()) {
                HttpRequest.Builder post = api.request(request.group(2));
                for (String header : request.group(3).lines().toList()) {
                    String[] parts = header.split(": ", 2);
                    post.header(parts[0], parts[1]);
                }
                HttpResponse<String> answer =
                        api.send(post.POST(BodyPublishers.ofString(request.group(4))));

                assertThat(answer.statusCode())
                        .as(request.group(2) + ' ' + answer.body())
                        .isEqualTo(Integer.parseInt(request.group(1)));
                assertThat(answer.headers().firstValue("Budget-Position")).isPresent();
                sent++;
            }
        }
        assertThat(sent).isGreaterThan(6);
        int all = sent;
        Api.await(
                () ->
                        api.get("/metrics")
                                .body()
                                .lines()
                                .anyMatch(("budget_usage_duplicates_total " + all + ".0")::equals));
        Api.await(() -> counted() >= all);
        assertThat(counted()).isEqualTo(all);
    }

    private static int counted() throws Exception {
        JsonNode total = Api.json(api.get("/api/totals/budgets/default"));
        return total.path("record_count").asInt(0);
    }
}
