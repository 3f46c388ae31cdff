package tekton.budget.api.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.lane.LaneRequest.HeadState;

import java.nio.charset.StandardCharsets;
import java.util.List;

class LaneRequestTest {

    private static final String LINE = "POST /api/usage/record HTTP/1.1\r\n";
    private static final String REST = "Host: localhost:8013\r\nContent-Length: 2\r\n\r\n{}";

    private final LaneRequest request =
            new LaneRequest(List.of("/api/usage/record", "/api/v1/usage/record"), 100);

    @Test
    void shouldReadAPlainRequestAndWhereItEnds() {
        String head =
                LINE
                        + "host: a.example\r\nX-API-Key:  k \r\nAuthorization: Bearer b\r\n"
                        + "Idempotency-Key: i\r\nUser-Agent: (what) {ever}\r\n"
                        + "Connection: Keep-Alive\r\ncontent-type: application/json; charset=x\r\n"
                        + "CONTENT-LENGTH: 5\r\n\r\n";

        assertThat(read(head + "12345POST")).isEqualTo(HeadState.COMPLETE);
        assertThat(request.path()).isEqualTo("/api/usage/record");
        assertThat(request.apiKey()).isEqualTo("k");
        assertThat(request.authorization()).isEqualTo("Bearer b");
        assertThat(request.idempotencyKey()).isEqualTo("i");
        assertThat(request.keepsAlive()).isTrue();
        assertThat(request.bodyOffset()).isEqualTo(head.length());
        assertThat(request.bodyLength()).isEqualTo(5);
        assertThat(request.end()).isEqualTo(head.length() + 5);
    }

    @Test
    void shouldRememberNothingOfTheRequestBefore() {
        assertThat(read(LINE + "X-API-Key: k\r\nConnection: keep-alive\r\n" + REST))
                .isEqualTo(HeadState.COMPLETE);
        assertThat(read("POST /api/v1/usage/record HTTP/1.1\r\n" + REST))
                .isEqualTo(HeadState.COMPLETE);
        assertThat(request.path()).isEqualTo("/api/v1/usage/record");
        assertThat(request.apiKey()).isNull();
        assertThat(request.keepsAlive()).isFalse();
    }

    @Test
    void shouldWaitForTheRestOfEveryBeginning() {
        String whole = LINE + "X-Other: 1\r\n" + REST;
        for (int length = 0; length < whole.length(); length++) {
            assertThat(read(whole.substring(0, length)))
                    .as(whole.substring(0, length))
                    .isEqualTo(HeadState.INCOMPLETE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://localhost",
                "Expect: 100-continue",
                "Upgrade: h2c",
                "Transfer-Encoding: chunked",
                "Content-Encoding: gzip",
                "Content-Type: text/plain",
                "Content-Type: application/jsonx",
                "Connection: close",
                "Connection: keep-alive, Upgrade",
                "Content-Length: 2",
                "Host: again",
                " X: folded",
                "X y: 1",
                "X : 1",
                ": nameless",
                "X",
                "X: \u00e9",
                "X: tab\there",
                "X: \u0000",
            })
    void shouldLeaveWhatIsNotPlain(String header) {
        assertThat(read(LINE + header + "\r\n" + REST)).isEqualTo(HeadState.UNUSUAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/usage/record HTTP/1.1\r\n",
                "POST /api/usage/record HTTP/1.0\r\n",
                "POST /api/usage/record HTTP/1.1\n",
                "POST /api/usage/record?a HTTP/1.1\r\n",
                "POST /api/usage/batch HTTP/1.1\r\n",
                "post /api/usage/record HTTP/1.1\r\n",
                "\r\nPOST /api/usage/record HTTP/1.1\r\n",
            })
    void shouldLeaveOtherRequests(String line) {
        assertThat(read(line + REST)).isEqualTo(HeadState.UNUSUAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\n\r\n{}",
                "Host: a\r\n\r\n",
                "Host: a\r\nContent-Length: 101\r\n\r\n",
                "Host: a\r\nContent-Length: -1\r\n\r\n",
                "Host: a\r\nContent-Length: +2\r\n\r\n{}",
                "Host: a\r\nContent-Length: 4294967298\r\n\r\n{}",
                "Host: a\r\nContent-Length:\r\n\r\n{}",
                "Host: a\nContent-Length: 2\r\n\r\n{}",
                "Host: a\r\rContent-Length: 2\r\n\r\n{}",
                "Host: [::1]\r\nContent-Length: 2\r\n\r\n{}",
                "Host: a:\r\nContent-Length: 2\r\n\r\n{}",
                "Host: a:99999\r\nContent-Length: 2\r\n\r\n{}",
                "Host: \r\nContent-Length: 2\r\n\r\n{}",
            })
    void shouldLeaveDoubtfulHeads(String rest) {
        assertThat(read(LINE + rest)).isEqualTo(HeadState.UNUSUAL);
    }

    @Test
    void shouldLeaveHeadsBeyondTheBounds() {
        assertThat(read(LINE + "X: 1\r\n".repeat(99) + REST)).isEqualTo(HeadState.UNUSUAL);
        assertThat(read(LINE + "X: 1\r\n".repeat(98) + REST)).isEqualTo(HeadState.COMPLETE);
        assertThat(read(LINE + "X: " + "x".repeat(8_192))).isEqualTo(HeadState.UNUSUAL);
    }

    private HeadState read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return request.read(bytes, 0, bytes.length, 0);
    }
}
