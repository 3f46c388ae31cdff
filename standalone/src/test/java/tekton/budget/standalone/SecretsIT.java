package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.broker.FreePorts;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestCertificates;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real process over TLS that has a secret in every setting which can hold one: nobody sees it.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class SecretsIT {

    private static final String KEY = "bk_admin_0123456789abcdef0123456789abcdef";
    private static final String FILE_KEY = "bk_file_0123456789abcdef0123456789abcdef";
    private static final String CLUSTER = "cluster-0123456789abcdef0123456789abcdef";
    private static final String WEBHOOK = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    @TempDir Path directory;

    @Test
    void shouldServeOverTlsFromTheStartAndTellNobodyASecret() throws Exception {
        TestCertificates certificates =
                TestCertificates.in(directory.resolve("certificates")).issue("served");
        List<Integer> ports = FreePorts.find(2);
        Path keys = Files.writeString(directory.resolve("keys"), entry("of-file:read", FILE_KEY));
        Path cluster = Files.writeString(directory.resolve("cluster"), CLUSTER);
        Map<String, String> environment = new HashMap<>();
        environment.put("BUDGET_PORT", ports.get(0).toString());
        environment.put("BUDGET_KAFKA_PORT", ports.get(1).toString());
        environment.put("BUDGET_DATA_DIR", directory.resolve("data").toString());
        environment.put("BUDGET_HERMES", "false");
        environment.put("BUDGET_PRICE_SOURCES", "built-in");
        environment.put("BUDGET_API_KEYS", entry("of-env:ingest+read+admin", KEY));
        environment.put("BUDGET_API_KEYS_FILE", keys.toString());
        environment.put("BUDGET_CLUSTER_SECRET_FILE", cluster.toString());
        environment.put(
                "BUDGET_TLS_CERTIFICATE_FILE", certificates.certificate("served").toString());
        environment.put("BUDGET_TLS_KEY_FILE", certificates.key("served").toString());
        List<String> seen = new ArrayList<>();
        try (BudgetProcess budget = BudgetProcess.start(environment);
                HttpClient client =
                        HttpClient.newBuilder().sslContext(certificates.client()).build()) {
            URI here = URI.create("https://localhost:" + ports.get(0));
            Patience.await(() -> first(client, here, seen));
            assertThat(seen.getFirst()).contains("\"status\":\"starting\"");
            assertThat(budget.awaitLine("is ready after")).endsWith(here.toString());

            String channel =
                    "{\"name\":\"w\",\"type\":\"webhook\",\"url\":\"https://example.com/hook\",\"secret\":\"%s\"}"
                            .formatted(WEBHOOK);
            seen.add(send(client, here.resolve("/api/alerts/channels"), KEY, channel));
            // Each refusal speaks of what was wrong.
            seen.add(send(client, here.resolve("/api/alerts/channels"), FILE_KEY, channel));
            seen.add(send(client, here.resolve("/api/budgets"), KEY + "x", "{}"));
            seen.add(send(client, here.resolve("/internal/ask/ids"), KEY, "{}"));
            for (String path :
                    List.of(
                            "/",
                            "/health",
                            "/api/system",
                            "/api/keys",
                            "/api/discovery",
                            "/api/alerts/channels",
                            "/metrics",
                            "/actuator",
                            "/actuator/env",
                            "/actuator/configprops")) {
                seen.add(send(client, here.resolve(path), KEY, null));
            }
            assertThat(seen).anyMatch(body -> body.contains("\"of-file\""));
            assertThat(budget.terminate()).isEqualTo(143);
            seen.addAll(budget.said());
        }
        seen.addAll(Files.readAllLines(directory.resolve("data/logs/broker.log")));
        String key = Files.readAllLines(certificates.key("served")).get(1);
        assertThat(seen)
                .noneMatch(text -> text.contains(KEY) || text.contains(FILE_KEY))
                .noneMatch(text -> text.contains(digest(KEY)) || text.contains(digest(FILE_KEY)))
                .noneMatch(text -> text.contains(CLUSTER))
                .noneMatch(text -> text.contains(WEBHOOK.substring(8, 24)))
                .noneMatch(text -> text.contains(key));
    }

    private static boolean first(HttpClient client, URI here, List<String> seen)
            throws InterruptedException {
        try {
            seen.add(
                    client.send(
                                    HttpRequest.newBuilder(here.resolve("/health")).build(),
                                    BodyHandlers.ofString())
                            .body());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String send(HttpClient client, URI address, String key, String body)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .header("X-API-Key", key)
                        .header("Content-Type", "application/json");
        HttpResponse<String> answer =
                client.send(
                        (body == null ? request.GET() : request.POST(BodyPublishers.ofString(body)))
                                .build(),
                        BodyHandlers.ofString());
        return answer.headers().map() + answer.body();
    }

    private static String entry(String nameAndScopes, String key) {
        return nameAndScopes + ':' + digest(key);
    }

    private static String digest(String key) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
