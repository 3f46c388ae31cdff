package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tekton.budget.broker.FreePorts;
import tekton.budget.settings.ProgramVersion;
import tekton.budget.testbroker.Patience;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Opens the data directory that each release has left ({@code tools/upgrade-fixture.py}), however
 * long ago. Its topics keep everything for ever. Duplicates of old ids are in the log already, with
 * the append times of then, because an id is remembered for a day. What Budget forgets after 35
 * days is compared for 33.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class UpgradeIT {

    private static final Path FIXTURES = Path.of("src", "test", "resources", "upgrade");

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final String RECORD =
            """
            {"record_id": "new", "context_id": "chat-1", "budget_id": "team-a", "component": "rhetor",
             "provider": "anthropic", "model": "claude-3-opus-20240229",
             "input_tokens": 7, "output_tokens": 3}
            """;

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir Path directory;
    private int port;

    static List<String> releases() throws IOException {
        try (Stream<Path> files = Files.list(FIXTURES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void shouldCountOnWhereAReleaseStoppedAndRefuseANewerFormat(String release) throws Exception {
        JsonNode expected = JSON.readTree(Files.readString(FIXTURES.resolve(release + ".json")));
        unpack(FIXTURES.resolve(release + ".zip.gz"));
        Map<Path, String> stores = stores();
        assertThat(stores).hasSizeGreaterThan(10);
        Map<String, String> environment = environment(expected.get("settings"));

        try (BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            Patience.await(() -> get("/ready").statusCode() == 200);
            Patience.await(() -> json("/api/system").path("lag_total").asInt(-1) == 0);
            compare(expected.get("answers"));
            if (Instant.now().isBefore(Instant.parse(expected.get("answers_until").asString()))) {
                compare(expected.get("answers_of_a_month"));
            }
            assertThat(stores()).as("the same databases").isEqualTo(stores);

            countsOn(expected);
            release(expected);
            assertThat(budget.terminate()).isEqualTo(143);
        }
        assertThat(directory.resolve("format"))
                .content()
                .contains("format=" + ProgramVersion.DATA_FORMAT)
                .contains("version=" + ProgramVersion.NUMBER);
        refusesANewerFormat(environment);
    }

    private void countsOn(JsonNode expected) throws Exception {
        JsonNode before = total(expected.get("answers").get("/api/totals/contexts?limit=100"));
        assertThat(post("/api/usage/record", RECORD).statusCode()).isEqualTo(201);
        HttpResponse<String> repeated = post("/api/usage/record", RECORD);
        HttpRequest request =
                request("/api/totals/contexts/chat-1")
                        .header(
                                "Budget-Position",
                                repeated.headers().firstValue("Budget-Position").orElseThrow())
                        .build();

        Patience.await(() -> client.send(request, BodyHandlers.ofString()).statusCode() == 200);
        JsonNode after = json("/api/totals/contexts/chat-1");
        assertThat(after.get("record_count").asLong())
                .isEqualTo(before.get("record_count").asLong() + 1);
        assertThat(after.get("total_tokens").asLong())
                .isEqualTo(before.get("total_tokens").asLong() + 10);
    }

    private static JsonNode total(JsonNode list) {
        return list.get("items")
                .valueStream()
                .filter(item -> item.get("id").asString().equals("chat-1"))
                .findFirst()
                .orElseThrow();
    }

    private void release(JsonNode expected) throws Exception {
        String path = "/api/allocations/" + expected.get("open_allocation").asString();
        boolean open = Instant.now().isBefore(Instant.parse(expected.get("open_until").asString()));
        HttpResponse<String> released = post(path + "/release", "");
        if (open) {
            assertThat(released.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(released.body()).get("tokens_released").asLong()).isPositive();
            assertThat(json(path).get("state").asString()).isEqualTo("released");
        } else {
            // It has expired meanwhile; how long one can be asked for that has its own test.
            assertThat(released.statusCode()).isIn(200, 404);
        }
    }

    private void refusesANewerFormat(Map<String, String> environment) throws Exception {
        Files.writeString(directory.resolve("format"), "format=2\nversion=7.8.9\n");
        Map<String, String> before = content();
        try (BudgetProcess budget = BudgetProcess.start(environment)) {
            assertThat(budget.awaitExit()).isEqualTo(1);
            assertThat(budget.said())
                    .containsExactly(
                            ("BUDGET_DATA_DIR: %s was written by Budget 7.8.9 in data format 2"
                                 + " (expected: at most format %d, which Budget %s reads; start"
                                 + " Budget 7.8.9 or a newer one on it, or name another directory;"
                                 + " nothing in it was changed)")
                                    .formatted(
                                            directory,
                                            ProgramVersion.DATA_FORMAT,
                                            ProgramVersion.NUMBER));
        }
        assertThat(content()).isEqualTo(before);
    }

    private Map<String, String> environment(JsonNode settings) throws IOException {
        List<Integer> ports = FreePorts.find(2);
        port = ports.get(0);
        Map<String, String> environment = new HashMap<>();
        settings.properties()
                .forEach(
                        setting ->
                                environment.put(setting.getKey(), setting.getValue().asString()));
        environment.put("BUDGET_PORT", ports.get(0).toString());
        environment.put("BUDGET_KAFKA_PORT", ports.get(1).toString());
        environment.put("BUDGET_DATA_DIR", directory.toString());
        environment.put("BUDGET_HERMES", "false");
        return environment;
    }

    private void compare(JsonNode answers) throws Exception {
        for (Map.Entry<String, JsonNode> answer : answers.properties()) {
            List<String> wrong = new ArrayList<>();
            try {
                Patience.await(
                        () -> {
                            wrong.clear();
                            compare("", answer.getValue(), json(answer.getKey()), wrong);
                            return wrong.isEmpty();
                        });
            } catch (AssertionError never) {
                throw new AssertionError(answer.getKey() + ": " + wrong, never);
            }
        }
    }

    /** A newer version may say more, but nothing else. */
    private static void compare(String at, JsonNode expected, JsonNode found, List<String> wrong) {
        if (expected.isObject() && found.isObject()) {
            expected.properties()
                    .forEach(
                            field ->
                                    compare(
                                            at + '/' + field.getKey(),
                                            field.getValue(),
                                            found.path(field.getKey()),
                                            wrong));
        } else if (expected.isArray() && found.isArray() && expected.size() == found.size()) {
            for (int i = 0; i < expected.size(); i++) {
                compare(at + '/' + i, expected.get(i), found.get(i), wrong);
            }
        } else if (!same(expected, found)) {
            wrong.add("%s: %s (expected: %s)".formatted(at, found, expected));
        }
    }

    private static boolean same(JsonNode expected, JsonNode found) {
        if (expected.isNumber() && found.isNumber()) {
            return expected.decimalValue().compareTo(found.decimalValue()) == 0;
        }
        return expected.equals(found);
    }

    /** Each RocksDB has an identity of its own, drawn when it is made. */
    private Map<Path, String> stores() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("streams"))) {
            Map<Path, String> found = new TreeMap<>();
            for (Path file : files.filter(file -> file.endsWith("IDENTITY")).toList()) {
                found.put(file, Files.readString(file));
            }
            return found;
        }
    }

    /** Every file but the locks, with its time and length. */
    private Map<String, String> content() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            Map<String, String> found = new TreeMap<>();
            files.filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".lock"))
                    .forEach(file -> found.put(file.toString(), described(file)));
            return found;
        }
    }

    private static String described(Path file) {
        try {
            return Files.size(file) + " " + Files.getLastModifiedTime(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void unpack(Path packed) throws IOException {
        try (InputStream file = Files.newInputStream(packed);
                ZipInputStream zip = new ZipInputStream(new GZIPInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                }
            }
        }
    }

    private JsonNode json(String path) throws Exception {
        return JSON.readTree(get(path).body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Patience.LIMIT);
    }
}
