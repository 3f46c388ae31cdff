package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The status line says why: Python's {@code requests} puts it into its exception, and that is all
 * that Tekton's command line prints.
 */
class ReasonIT {

    @RegisterExtension static final FakeLedgerApi api = new FakeLedgerApi();

    private static final String END = "\r\n";

    @Test
    void shouldSayInTheStatusLineWhyAnAllocationIsRefused() throws Exception {
        api.ledger.refuse(
                Refusal.RefusalCode.INSUFFICIENT_BUDGET,
                "policy team.p1: daily limit of 1000 tokens leaves 50,\nasked for 100 \u20ac",
                FakeLedgerApi.standing(PolicyType.HARD_LIMIT));
        String body =
                "{\"context_id\": \"c\", \"component\": \"cli\", \"tokens_allocated\": 100,"
                        + " \"task_type\": \"default\", \"priority\": 5}";
        try (Socket socket = connect()) {
            send(socket, "POST /api/allocations", body);
            BufferedReader answer = answer(socket);
            assertThat(answer.readLine())
                    .isEqualTo(
                            "HTTP/1.1 402 policy team.p1: daily limit of 1000 tokens leaves 50,"
                                    + " asked for 100 ?");
            assertThat(headers(answer)).doesNotContainIgnoringCase("budget-reason");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /api/alerts?severity=loud, '400 severity: \"loud\" (expected: info'",
        "GET /api/budgets/nobody, 404 Budget with ID nobody not found",
        "GET /nowhere, 404 ",
        "GET /api/budgets?limit=0, 422 limit: 0 (expected: an integer 1 to 100)",
        "PUT /api/alerts, 405 ",
    })
    void shouldSayItOfEveryFailure(String request, String expected) throws Exception {
        try (Socket socket = connect()) {
            send(socket, request, "");
            String line = answer(socket).readLine();
            assertThat(line).startsWith("HTTP/1.1 " + expected);
            assertThat(line.length()).as(line).isGreaterThan("HTTP/1.1 404 ".length());
        }
    }

    /** The next answer on the same connection is its own; bodies come whole. */
    @Test
    void shouldServeOnAfterAFailure() throws Exception {
        try (Socket socket = connect()) {
            BufferedReader answer = answer(socket);
            for (int i = 0; i < 3; i++) {
                send(socket, "GET /api/budgets/nobody", "");
                assertThat(answer.readLine()).startsWith("HTTP/1.1 404 Budget with ID nobody");
                skipBody(answer);
                send(socket, "GET /api/budgets/team", "");
                assertThat(answer.readLine()).isEqualTo("HTTP/1.1 200 ");
                skipBody(answer);
            }
        }
        assertThat(Api.json(api.http.get("/api/budgets/nobody")).get("error").stringValue())
                .isEqualTo("Budget with ID nobody not found");
    }

    private static Socket connect() throws IOException {
        URI address = api.http.uri("http", "/");
        return new Socket(address.getHost(), address.getPort());
    }

    private static void send(Socket socket, String request, String body) throws IOException {
        String head =
                request
                        + " HTTP/1.1"
                        + END
                        + "Host: localhost"
                        + END
                        + "Content-Type: application/json"
                        + END
                        + "Content-Length: "
                        + body.length()
                        + END
                        + END;
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
    }

    private static BufferedReader answer(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    private static String headers(BufferedReader answer) throws IOException {
        StringBuilder headers = new StringBuilder();
        for (String line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
            headers.append(line).append('\n');
        }
        return headers.toString();
    }

    private static void skipBody(BufferedReader answer) throws IOException {
        int length = -1;
        for (String line : headers(answer).split("\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring("content-length: ".length()));
            }
        }
        assertThat(length).isPositive();
        for (int i = 0; i < length; i++) {
            assertThat(answer.read()).isNotNegative();
        }
    }
}
