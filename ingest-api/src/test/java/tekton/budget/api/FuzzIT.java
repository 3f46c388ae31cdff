package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.alerting.consume.Alerting;
import tekton.budget.alerting.consume.AlertingClients;
import tekton.budget.alerting.consume.ProcessingStep;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.api.http.Problem;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Anything at all, sent to every operation of the API's document, over a socket of its own, so that
 * nothing tidies it up on the way. Whatever is sent: an answer in time, no failure on this side, a
 * problem that is one, and nothing of what is inside.
 *
 * <p>The seed is printed; {@code -Dfuzz.seed} repeats a run, {@code -Dfuzz.requests} makes it
 * longer.
 */
class FuzzIT {

    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 1_500);

    /** More than anything that is asked for here may wait. */
    private static final Duration HANG = Patience.LIMIT;

    /** Nobody polls prices here, and not every change of one shall wait for it in vain. */
    private static final Duration NO_POLLER = Duration.ofMillis(400);

    /** One fault shows in many requests. */
    private static final int FAILURES_SHOWN = 10;

    /** As much as is looked at of an answer: streams have no end. */
    private static final int ANSWER_BYTES = 64 * 1024;

    /** Texts that only come from the inside. */
    private static final Pattern OTLP = Pattern.compile("^\\S+ \\S*(traces|logs|metrics)");

    private static final Pattern INSIDE =
            Pattern.compile(
                    "tekton\\.budget\\.[a-z]+\\.|\\bjava\\.(lang|util|io)|org\\.(apache|springframework)|jakarta\\.|Exception\\b|\\bat"
                        + " [a-z]+\\.[a-z.]+\\(|\\.java:\\d");

    @TempDir private static Path data;

    private static TestBroker broker;
    private static Alerting alerting;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        alerting =
                new Alerting(
                        new AlertingClients(
                                KafkaConnection.plain(broker.bootstrapServers()), "fuzz"),
                        new Attempts(1, Duration.ofMillis(20)),
                        false,
                        InstantSource.system(),
                        ProcessingStep.UNOBSERVED);
        alerting.start();
        api = Api.start(broker.bootstrapServers(), data, NO_POLLER).awaitHealthy();
        Api.await(() -> api.get("/ready").statusCode() == 200);
        Api.await(() -> api.get("/api/alerts").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
        alerting.close();
        broker.close();
    }

    @Test
    void shouldStandWhateverIsSent() throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("FuzzIT: -Dfuzz.seed=" + seed);
        Random random = new Random(seed);
        JsonNode document = Api.json(api.get("/api/openapi.json"));
        List<Operation> operations = operations(document);
        List<String> names = names(document, "Fields");
        List<String> parameters = parameters(document);
        assertThat(operations).hasSizeGreaterThan(50);

        List<String> failures = new ArrayList<>();
        int silent = 0;
        for (int i = 0; i < REQUESTS && failures.size() < FAILURES_SHOWN; i++) {
            Operation operation = operations.get(random.nextInt(operations.size()));
            byte[] request =
                    new FuzzRequest(random, names, parameters, operation.method(), operation.path())
                            .bytes();
            try {
                String answer = answer(request);
                silent += answer.isEmpty() ? 1 : 0;
                judge(i, request, answer);
            } catch (AssertionError failure) {
                failures.add(failure.getMessage());
            }
        }
        assertThat(failures).describedAs("seed " + seed).isEmpty();
        assertThat(silent)
                .describedAs("connections that were closed without a word, seed " + seed)
                .isLessThan(REQUESTS / 20);

        assertThat(api.get("/health").statusCode()).isEqualTo(200);
        assertThat(api.get("/ready").statusCode()).isEqualTo(200);
        assertThat(
                        api.post(
                                        "/api/usage/record",
                                        "{\"context_id\":\"after\",\"component\":\"k\",\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":1,\"output_tokens\":1}")
                                .statusCode())
                .isEqualTo(201);
        Api.await(() -> api.get("/api/totals/contexts/after").statusCode() == 200);
    }

    private static void judge(int number, byte[] request, String answer) {
        String what = number + ": " + shown(request) + "\n-> " + shown(answer.getBytes(ISO_8859_1));
        if (answer.isEmpty()) {
            // What is no HTTP at all may have its connection closed without a word.
            return;
        }
        assertThat(answer).as(what).startsWith("HTTP/1.1 ");
        int status = Integer.parseInt(answer.substring(9, 12));
        assertThat(INSIDE.matcher(answer).find()).as(what).isFalse();
        assertThat(answer).as(what).doesNotContain(data.toString()).doesNotContain("\nX-Injected:");
        if (status >= 500) {
            // Waited for in vain, or not there: that is said, and is no failure.
            assertThat(status).as(what).isIn(503, 504);
            assertThat(answer).as(what).containsIgnoringCase("Retry-After:");
        }
        if (status >= 400 && !isHead(request)) {
            int body = answer.indexOf("\r\n\r\n");
            if (isOtlp(request) && !answer.substring(0, body).contains(Problem.CONTENT_TYPE)) {
                // OTLP has a form of its own for errors: google.rpc.Status.
                assertThat(answer.substring(0, body))
                        .as(what)
                        .containsPattern("Content-Type: application/(json|x-protobuf)");
                assertThat(answer.substring(body + 4)).as(what).isNotEmpty();
                return;
            }
            if (isMcp(request) && !answer.substring(0, body).contains(Problem.CONTENT_TYPE)) {
                // So has JSON-RPC.
                assertThat(answer.substring(0, body))
                        .as(what)
                        .contains("Content-Type: application/json");
                assertThat(answer.substring(body + 4))
                        .as(what)
                        .startsWith("{\"jsonrpc\":\"2.0\",")
                        .containsPattern("\"error\":\\{\"code\":-\\d+,\"message\":\"[^\"]");
                return;
            }
            assertThat(answer.substring(0, body))
                    .as(what)
                    .containsIgnoringCase("Content-Type: application/problem+json");
            assertThatCode(
                            () -> {
                                JsonNode problem =
                                        Api.json(
                                                new String(
                                                        answer.substring(body + 4)
                                                                .getBytes(ISO_8859_1),
                                                        UTF_8));
                                assertThat(problem.get("status").asInt()).isEqualTo(status);
                                for (String field : List.of("type", "title", "detail", "code")) {
                                    assertThat(problem.get(field).asString()).isNotEmpty();
                                }
                            })
                    .as(what)
                    .doesNotThrowAnyException();
        }
    }

    private static boolean isMcp(byte[] request) {
        return new String(request, ISO_8859_1).matches("(?s)[A-Z]+ /mcp[ ?].*");
    }

    private static boolean isOtlp(byte[] request) {
        return OTLP.matcher(new String(request, ISO_8859_1)).find();
    }

    /** What comes back until the connection ends, or enough; a silence is a hang. */
    private static String answer(byte[] request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), api.uri("http", "/").getPort()));

            socket.setSoTimeout((int) HANG.toMillis());
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
                socket.shutdownOutput();
            } catch (IOException refusedMidway) {
                // What it has answered is to be read all the same.
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8_192];
            int read;
            do {
                read = in.read(buffer);
                answer.write(buffer, 0, Math.max(0, read));
            } while (read >= 0 && answer.size() < ANSWER_BYTES && !isStream(answer));
            return answer.toString(ISO_8859_1);
        } catch (SocketTimeoutException hang) {
            throw new AssertionError("no answer to " + shown(request), hang);
        } catch (IOException reset) {
            return "";
        }
    }

    private static boolean isStream(ByteArrayOutputStream answer) {
        String head = answer.toString(ISO_8859_1);
        return head.contains("text/event-stream") || head.startsWith("HTTP/1.1 101");
    }

    private static boolean isHead(byte[] request) {
        return new String(request, 0, Math.min(5, request.length), ISO_8859_1).equals("HEAD ");
    }

    private static String shown(byte[] bytes) {
        return URLEncoder.encode(
                        new String(bytes, 0, Math.min(bytes.length, 1_500), ISO_8859_1), UTF_8)
                .replace("+", " ")
                .replace("%0D%0A", "\n");
    }

    private record Operation(String method, String path) {}

    /**
     * The fields of every schema whose name ends so, as they are and as some programs write them.
     */
    private static List<String> names(JsonNode document, String ending) {
        Set<String> names = new TreeSet<>(List.of("unknown"));
        for (Map.Entry<String, JsonNode> schema : document.at("/components/schemas").properties()) {
            if (schema.getKey().endsWith(ending)) {
                names.addAll(schema.getValue().path("properties").propertyNames());
            }
        }
        assertThat(names).hasSizeGreaterThan(40);
        List<String> all = new ArrayList<>(names);
        for (String name : names) {
            all.add(
                    Pattern.compile("_(.)")
                            .matcher(name)
                            .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT)));
        }
        return all;
    }

    /** The parameters of all queries: what one operation knows another may choke on. */
    private static List<String> parameters(JsonNode document) {
        Set<String> names = new TreeSet<>(List.of("unknown"));
        for (JsonNode parameters : document.findValues("parameters")) {
            for (JsonNode parameter : parameters) {
                if (parameter.path("in").asString("").equals("query")) {
                    names.add(parameter.get("name").asString());
                }
            }
        }
        assertThat(names).hasSizeGreaterThan(20);
        return new ArrayList<>(names);
    }

    /** Every operation of the document under every of its prefixes, but for the end. */
    private static List<Operation> operations(JsonNode document) {
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            if (path.getKey().contains("shutdown")) {
                continue;
            }
            JsonNode servers = path.getValue().path("servers");
            for (JsonNode server : servers.isMissingNode() ? document.get("servers") : servers) {
                String prefix = server.get("url").asString();
                for (String method : List.of("get", "post", "put", "delete")) {
                    if (path.getValue().has(method)) {
                        operations.add(
                                new Operation(
                                        method.toUpperCase(Locale.ROOT),
                                        (prefix.equals("/") ? "" : prefix) + path.getKey()));
                    }
                }
            }
        }
        return operations;
    }
}
