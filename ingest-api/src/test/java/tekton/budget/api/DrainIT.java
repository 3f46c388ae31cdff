package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.api.config.ClusterSettings;
import tekton.budget.broker.FreePorts;
import tekton.budget.metering.config.MeteringScale;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.TestBroker;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/** An instance that was told to stop sends its clients away, and serves those that come yet. */
class DrainIT {

    @TempDir Path data;

    private HttpClient client;
    private int port;

    @Test
    void shouldEndConnectionsWithTheirAnswersBeforeThePortCloses() throws Exception {
        port = FreePorts.find(1).getFirst();
        try (TestBroker broker = TestBroker.start();
                HttpClient http =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                Api api =
                        Api.startInstance(
                                        port,
                                        KafkaConnection.plain(broker.bootstrapServers()),
                                        data,
                                        new ClusterSettings(
                                                new MeteringScale(3, 3, 0, 1),
                                                null,
                                                Duration.ofSeconds(8)))
                                .awaitHealthy()) {
            client = http;
            Api.await(() -> get("/ready").statusCode() == 200);
            assertThat(connection(record(1))).isNotEqualTo("close");
            assertThat(connection(get("/api/prices"))).isNotEqualTo("close");

            Thread stop = Thread.ofVirtual().start(api::close);
            Api.await(() -> get("/ready").statusCode() == 503);

            HttpResponse<String> last = record(2);
            assertThat(last.statusCode()).as(last.body()).isEqualTo(201);
            assertThat(connection(last)).isEqualTo("close");
            HttpResponse<String> asked = get("/api/prices");
            assertThat(asked.statusCode()).isEqualTo(200);
            assertThat(connection(asked)).isEqualTo("close");
            stop.join();
        }
    }

    private HttpResponse<String> record(int number) throws Exception {
        return client.send(
                request("/api/usage/record")
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        """
                                        {"record_id": "r-%d", "context_id": "c", "component": "chat",\
                                         "provider": "anthropic", "model": "claude-3-opus-20240229",\
                                         "input_tokens": 1, "output_tokens": 1}\
                                        """
                                                .formatted(number)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static String connection(HttpResponse<String> answer) {
        return answer.headers().firstValue("Connection").orElse("");
    }
}
