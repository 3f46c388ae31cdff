package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.testbroker.TestBroker;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Many records over HTTP, as an array and line by line. */
class BatchIT {

    private static final String PATH = "/api/usage/batch";
    private static final String TYPE = "Content-Type";
    private static final String LINES = "application/x-ndjson";

    private static final FakeMetering METERING = new FakeMetering();

    private static TestBroker broker;
    private static Api api;
    private static UsageTopic topic;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        api = Api.start(broker.bootstrapServers(), METERING).awaitHealthy();
        topic = new UsageTopic(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        topic.close();
        api.close();
        broker.close();
    }

    @Test
    void shouldJudgeEachRecordOfAnArrayOnItsOwn() throws Exception {
        long before = topic.size();

        HttpResponse<String> response =
                api.post(
                        PATH,
                        "[%s, 7, {\"context_id\":\"c\"}, %s, %s]"
                                .formatted(
                                        record("a", ""),
                                        record("b", ", \"tier\": \"huge\""),
                                        record("c", "")));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode json = Api.json(response);
        assertThat(json.get("accepted").longValue()).isEqualTo(2);
        assertThat(json.get("refused").longValue()).isEqualTo(3);
        assertThat(json.get("truncated").booleanValue()).isFalse();
        assertThat(refused(json))
                .containsExactly("1 invalid_request", "2 invalid_request", "3 invalid_value");
        assertThat(json.get("refusals").get(2).get("message").stringValue()).contains("huge");
        assertThat(topic.size() - before).isEqualTo(2);
    }

    /** As pandas, R and Lua write integers. */
    @Test
    void shouldTakeWholeNumbersHoweverTheyAreWritten() throws Exception {
        String record =
                """
                {"record_id": "%s", "context_id": "whole", "component": "x", "provider": "p",\
                 "model": "m", "input_tokens": %s, "output_tokens": 2.0}\
                """;
        String plain = record.formatted("w", "100").replace("2.0", "2");

        String first = stored(201, api.post("/api/usage/record", plain));
        assertThat(stored(201, api.post("/api/usage/record", record.formatted("w", "100.0"))))
                .isEqualTo(first);
        assertThat(stored(200, api.post(PATH, "[" + record.formatted("w", "1e2") + "]")))
                .isEqualTo(first);
        assertThat(stored(200, api.post(PATH, record.formatted("w", "1000E-1"), TYPE, LINES)))
                .isEqualTo(first);
    }

    @Test
    void shouldShowWhatWasSentAsItWasSent() throws Exception {
        String record =
                record("shown", "").replace("\"input_tokens\": 10,", "\"input_tokens\": %s,");
        for (String sent : List.of("\"100\"", "100.5", "1e400", "1e-400", "1e999999999", "true")) {
            String message = "input_tokens: %s (expected: an integer from 0 to 1000000000)";
            HttpResponse<String> single = api.post("/api/usage/record", record.formatted(sent));
            assertThat(single.statusCode()).as(single.body()).isEqualTo(422);
            assertThat(Api.json(single).get("detail").stringValue())
                    .isEqualTo(message.formatted(sent));
            JsonNode lines = Api.json(api.post(PATH, record.formatted(sent), TYPE, LINES));
            assertThat(lines.get("refusals").get(0).get("message").stringValue())
                    .isEqualTo(message.formatted(sent));
        }
    }

    private static String stored(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return topic.at(
                        Positions.parse(
                                        response.headers()
                                                .firstValue("Budget-Position")
                                                .orElseThrow())
                                .orElseThrow())
                .parsed()
                .toString()
                .replaceAll("receivedAtMs=\\d+", "receivedAtMs=");
    }

    @Test
    void shouldRefuseOnlyTheRecordsWhoseAllocationIsNotKnown() throws Exception {
        METERING.ledger.allocations.add(FakeLedger.open("team.known", "its/context"));
        String record =
                """
                {"allocation_id": "team.%s", "component": "x", "provider": "p", "model": "m",\
                 "input_tokens": 1, "output_tokens": 2}\
                """;
        String known = record.formatted("known");
        String unknown = record.formatted("unknown");

        JsonNode array = Api.json(api.post(PATH, "[%s, %s, %s]".formatted(known, unknown, known)));
        JsonNode lines = Api.json(api.post(PATH, unknown + "\n" + known, TYPE, LINES));

        assertThat(array.get("accepted").longValue()).isEqualTo(2);
        assertThat(refused(array)).containsExactly("1 resource_not_found");
        assertThat(lines.get("accepted").longValue()).isEqualTo(1);
        assertThat(refused(lines)).containsExactly("0 resource_not_found");
    }

    @Test
    void shouldAnswerTheHighestOffsetOfEachPartition() throws Exception {
        String lines =
                IntStream.range(0, 300)
                        .mapToObj(i -> record("many-" + i, ""))
                        .collect(Collectors.joining("\n"));

        Positions positions = positions(api.post("/api/v1/usage/batch", lines, TYPE, LINES));

        assertThat(positions.offsets()).hasSize(FakeMetering.PARTITIONS);
        assertThat(positions.offsets().values().stream().mapToLong(offset -> offset + 1).sum())
                .isEqualTo(topic.size());
    }

    @Test
    void shouldNameRecordsByKeyAndIndex() throws Exception {
        Positions inArray =
                positions(
                        api.post(PATH, "[7, " + record("k", "") + "]", "Idempotency-Key", "once"));
        Positions inLines =
                positions(
                        api.post(
                                PATH,
                                "\n \r\n7\n\n" + record("k", "") + "\r\n",
                                "Idempotency-Key",
                                "lines",
                                TYPE,
                                "application/jsonl"));

        assertThat(topic.at(inArray).parsed().toString()).contains("recordId=once#1,");
        assertThat(topic.at(inLines).parsed().toString()).contains("recordId=lines#1,");
    }

    @Test
    void shouldRefuseAnArrayThatIsNotOneAndWriteNothing() throws Exception {
        long before = topic.size();

        for (String body : List.of("", "{}", "[" + record("a", ""), "[{]", "[] []", "\uFEFF[]")) {
            HttpResponse<String> response = api.post(PATH, body);
            assertThat(response.statusCode()).as(body).isEqualTo(422);
            assertThat(Api.json(response).get("detail").stringValue())
                    .endsWith("; nothing was written");
        }
        assertThat(topic.size()).isEqualTo(before);
    }

    @Test
    void shouldBoundAnArrayByRecords() throws Exception {
        long before = topic.size();

        HttpResponse<String> beyond = api.post(PATH, array(10_001));
        assertThat(beyond.statusCode()).isEqualTo(413);
        assertThat(topic.size()).isEqualTo(before);

        HttpResponse<String> within = api.post(PATH, array(10_000));
        assertThat(within.statusCode()).isEqualTo(200);
        assertThat(topic.size()).isEqualTo(before + 10_000);
    }

    @Test
    void shouldBoundAnArrayByBytes() throws Exception {
        String within = "[" + record("a", "") + "]";
        within = within + " ".repeat(16 * 1024 * 1024 - within.length());

        assertThat(api.post(PATH, within).statusCode()).isEqualTo(200);
        assertThat(api.post(PATH, within + " ").statusCode()).isEqualTo(413);
        String unsized = within + " ";
        HttpResponse<String> chunked =
                api.post(
                        PATH,
                        BodyPublishers.ofInputStream(
                                () ->
                                        new ByteArrayInputStream(
                                                unsized.getBytes(StandardCharsets.US_ASCII))));
        assertThat(chunked.statusCode()).isEqualTo(413);
    }

    @Test
    void shouldKeepTheFirstThousandRefusalsAndCountTheRest() throws Exception {
        JsonNode json = Api.json(api.post(PATH, "7\n".repeat(1_001), TYPE, LINES));

        assertThat(json.get("refused").longValue()).isEqualTo(1_001);
        assertThat(json.get("refusals").size()).isEqualTo(1_000);
        assertThat(json.get("truncated").booleanValue()).isTrue();
    }

    @Test
    void shouldBoundALineAndGoOnBehindIt() throws Exception {
        String within = record("a", "");
        within = within + " ".repeat(65_536 - within.length());
        String lines = within + "\r\n" + within + " \n" + "x".repeat(300_000) + "\n" + within;

        JsonNode json = Api.json(api.post(PATH, lines, TYPE, LINES));

        assertThat(json.get("accepted").longValue()).isEqualTo(2);
        assertThat(refused(json)).containsExactly("1 payload_too_large", "2 payload_too_large");
    }

    /** 200 MB of one line and as many of short ones must not be held: the heap is smaller. */
    @Test
    void shouldStreamLinesWithoutHoldingThem() throws Exception {
        InputStream endless =
                new SequenceInputStream(
                        Collections.enumeration(
                                List.of(
                                        repeated("x", 200_000_000),
                                        repeated("\n" + record("s", "") + "\n7", 60_000_000))));
        HttpResponse<String> response =
                api.post(PATH, BodyPublishers.ofInputStream(() -> endless), TYPE, LINES);

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode json = Api.json(response);
        assertThat(json.get("accepted").longValue()).isGreaterThan(300_000);
        assertThat(json.get("refusals").get(0).get("code").stringValue())
                .isEqualTo("payload_too_large");
    }

    @Test
    void shouldAnswerASmallArrayWhileOthersAnnounceLargeOnesAndSendNothing() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), api.port());
                silent.add(socket);
                socket.getOutputStream()
                        .write(
                                ("POST "
                                                + PATH
                                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                                                + " application/json\r\nContent-Length: 16777216"
                                                + "\r\n\r\n[")
                                        .getBytes(StandardCharsets.US_ASCII));
            }
            Api.await(
                    () ->
                            api.get("/metrics")
                                    .body()
                                    .contains("budget_http_at_work{class=\"batch\"} 6.0"));

            assertThat(api.post(PATH, array(2)).statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void shouldServeJsonAndLinesOnly() throws Exception {
        assertThat(api.post(PATH, "[]", TYPE, "text/csv").statusCode()).isEqualTo(415);
        assertThat(api.get(PATH).statusCode()).isEqualTo(405);
        HttpResponse<String> empty = api.post(PATH, "", TYPE, LINES);
        assertThat(empty.statusCode()).isEqualTo(200);
        assertThat(empty.headers().firstValue("Budget-Position")).isEmpty();
    }

    private static InputStream repeated(String text, long bytes) {
        byte[] unit = text.repeat(10_000 / text.length() + 1).getBytes(StandardCharsets.US_ASCII);
        return new InputStream() {
            private long left = bytes;
            private int at;

            @Override
            public int read() {
                throw new UnsupportedOperationException("reads go by blocks");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (left <= 0) {
                    return -1;
                }
                int read = Math.min(length, unit.length - at);
                System.arraycopy(unit, at, target, offset, read);
                at = (at + read) % unit.length;
                left -= read;
                return read;
            }
        };
    }

    private static String array(int records) {
        return IntStream.range(0, records)
                .mapToObj(i -> record("c" + i % 7, ""))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String record(String context, String more) {
        return """
        {"context_id": "%s", "component": "x", "provider": "p", "model": "m",\
         "input_tokens": 10, "output_tokens": 2%s}\
        """
                .formatted(context, more);
    }

    private static List<String> refused(JsonNode json) {
        return json.get("refusals")
                .valueStream()
                .map(r -> r.get("index").longValue() + " " + r.get("code").stringValue())
                .toList();
    }

    private static Positions positions(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Positions.parse(response.headers().firstValue("Budget-Position").orElseThrow())
                .orElseThrow();
    }
}
