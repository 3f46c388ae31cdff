package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Single reports as bytes on a connection: in the lane, out of it, and both on one connection. */
class LaneIT {

    private static TestBroker broker;
    private static Api api;
    private static UsageTopic topic;

    private record Answer(String statusLine, Map<String, String> headers, String body) {
        int status() {
            return Integer.parseInt(statusLine.substring(9, 12));
        }

        String recordId() {
            return Api.json(body).get("record_id").stringValue();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        api = Api.start(broker.bootstrapServers(), new FakeMetering()).awaitHealthy();
        topic = new UsageTopic(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        topic.close();
        api.close();
        broker.close();
    }

    @Test
    void shouldAnswerTheSameBesideTomcatAsByTomcat() throws Exception {
        try (Client plain = new Client();
                Client other = new Client()) {
            plain.send(post("same", ""));
            Answer lane = plain.read();
            assertThat(plain.isWithTomcat()).isFalse();
            other.send(post("same", "Upgrade: none\r\n"));
            Answer servlet = other.read();
            assertThat(other.isWithTomcat()).isTrue();

            assertThat(lane.statusLine()).isEqualTo(servlet.statusLine());
            assertThat(lane.headers().keySet()).isEqualTo(servlet.headers().keySet());
            for (String header : List.of("vary", "content-type", "content-length")) {
                assertThat(lane.headers().get(header))
                        .as(header)
                        .isEqualTo(servlet.headers().get(header));
            }
            assertThat(lane.body()).isEqualTo(servlet.body());
        }
    }

    @Test
    void shouldSayThatTheConnectionStaysToThoseWhoAsk() throws Exception {
        try (Client plain = new Client();
                Client other = new Client()) {
            plain.send(post("stays", "Connection: keep-alive\r\n"));
            other.send(post("stays", "Connection: keep-alive\r\nUpgrade: none\r\n"));
            Answer lane = plain.read();
            Answer servlet = other.read();

            assertThat(lane.headers().keySet()).isEqualTo(servlet.headers().keySet());
            assertThat(lane.headers())
                    .containsEntry("keep-alive", servlet.headers().get("keep-alive"))
                    .containsEntry("connection", servlet.headers().get("connection"));
        }
    }

    @Test
    void shouldAnswerWhatComesAtOnceInItsOrder() throws Exception {
        try (Client client = new Client()) {
            client.send(post("p1", "") + post("p2", "") + post("p3", "Upgrade: x\r\n"));
            client.send(post("p4", ""));
            for (String id : List.of("p1", "p2", "p3", "p4")) {
                assertThat(client.read().recordId()).isEqualTo(id);
            }
        }
    }

    @Test
    void shouldWaitForTheRestOfARequest() throws Exception {
        String request = post("parts", "");
        try (Client client = new Client()) {
            for (int i = 0; i < request.length(); i += 40) {
                client.send(request.substring(i, Math.min(request.length(), i + 40)));
            }
            assertThat(client.read().recordId()).isEqualTo("parts");

            // Who takes long is left to Tomcat, which has the bounds for that.
            client.send(request.substring(0, 150));
            assertThat(client.isWithTomcat()).isFalse();
            Api.await(client::isWithTomcat);
            client.send(request.substring(150));
            assertThat(client.read().recordId()).isEqualTo("parts");
        }
    }

    @Test
    void shouldLeaveAConnectionToTomcatWhereverItIs() throws Exception {
        try (Client client = new Client()) {
            client.send(post("m1", ""));
            assertThat(client.read().status()).isEqualTo(201);
            String record = record("m2");
            String chunks = "%x\r\n%s\r\n0\r\n\r\n".formatted(record.length(), record);
            client.send(head("POST", "Transfer-Encoding: chunked\r\n") + chunks);
            assertThat(client.read().recordId()).isEqualTo("m2");
            client.send(post("m3", ""));
            assertThat(client.read().recordId()).isEqualTo("m3");
        }
        try (Client client = new Client()) {
            client.send(post("", "").replace("\"x\"", "777"));
            assertThat(client.read().status()).isEqualTo(422);
            client.send(post("m4", ""));
            assertThat(client.read().recordId()).isEqualTo("m4");
        }
        try (Client client = new Client()) {
            String request = post("m5", "Expect: 100-continue\r\n");
            int body = request.indexOf("\r\n\r\n") + 4;
            client.send(request.substring(0, body));
            assertThat(client.line()).isEqualTo("HTTP/1.1 100 ");
            assertThat(client.line()).isEmpty();
            client.send(request.substring(body));
            assertThat(client.read().recordId()).isEqualTo("m5");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, 405", "PUT, 405", "DELETE, 405", "OPTIONS, 405", "BREW, 405"})
    void shouldServeOtherMethodsBehindAReport(String method, int status) throws Exception {
        try (Client client = new Client()) {
            client.send(post("method", ""));
            assertThat(client.read().status()).isEqualTo(201);
            client.send(head(method, ""));
            Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers()).containsEntry("allow", "POST");
        }
    }

    @Test
    void shouldTakeARecordWhoseSenderIsGone() throws Exception {
        long before = topic.size();
        try (Client client = new Client()) {
            client.send(post("gone", ""));
        }
        Api.await(() -> topic.size() == before + 1);
        try (Client client = new Client()) {
            client.send(post("half", ""));
            client.socket.shutdownOutput();
            assertThat(client.read().recordId()).isEqualTo("half");
            assertThat(client.in.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldCountTheRequest() throws Exception {
        try (Client client = new Client()) {
            client.send(post("count", ""));
            assertThat(client.read().status()).isEqualTo(201);
            double before = counted();
            client.send(post("count", "").replace("/api/", "/api/v1/"));
            assertThat(client.read().status()).isEqualTo(201);
            assertThat(client.isWithTomcat()).isFalse();
            assertThat(counted()).isEqualTo(before + 1);
        }
    }

    private static double counted() throws Exception {
        return new PrometheusText(api.get("/metrics").body())
                .value(
                        "budget_http_requests_total",
                        "method",
                        "POST",
                        "route",
                        "/api/usage/record",
                        "status",
                        "201");
    }

    private static String record(String id) {
        return """
        {"record_id": "%s", "context_id": "c", "component": "x", "provider": "p", "model": "m",
         "input_tokens": 10, "output_tokens": 2, "timestamp": "%s"}\
        """
                .formatted(id, Instant.now().truncatedTo(ChronoUnit.HOURS));
    }

    private static String post(String id, String headers) {
        String body = record(id);
        return head("POST", headers + "Content-Length: " + body.length() + "\r\n") + body;
    }

    private static String head(String method, String headers) {
        return method + " /api/usage/record HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    /** One connection. */
    private static final class Client implements AutoCloseable {

        private final Socket socket;
        private final DataInputStream in;

        Client() throws IOException {
            socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), api.port());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Patience.LIMIT.toMillis());
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Whether Tomcat has taken this connection over. */
        boolean isWithTomcat() {
            return api.isWithTomcat(socket.getLocalPort());
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
                line.append((char) c);
            }
            return line.toString().replace("\r", "");
        }

        Answer read() throws IOException {
            String status = line();
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            byte[] body = new byte[Integer.parseInt(headers.get("content-length"))];
            in.readFully(body);
            return new Answer(status, headers, new String(body, StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
