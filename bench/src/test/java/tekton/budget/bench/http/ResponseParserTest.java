package tekton.budget.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

class ResponseParserTest {

    private static final String WITH_LENGTH =
            "HTTP/1.1 201 \r\nContent-Type: application/json\r\nBudget-Position: usage-3:1042\r\n"
                    + "Content-Length: 4\r\n\r\nbody";

    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + "3\r\n"
                    + "{\"a\r\n"
                    + "A;extension=1\r\n"
                    + "\": \"x\\r"
                    + "\\n"
                    + "\"\r\n"
                    + "1\r\n"
                    + "}\r\n"
                    + "0\r\n"
                    + "Trailer: t\r\n\r\n";

    private final ResponseParser parser = new ResponseParser();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void readsABodyWithALengthInPiecesOfAnySize(int piece) throws IOException {
        assertThat(takePieces(WITH_LENGTH, piece)).isTrue();

        Response response = parser.response();
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.text()).isEqualTo("body");
        assertThat(response.header("budget-position")).contains("usage-3:1042");
        assertThat(parser.closes()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void readsChunksInPiecesOfAnySize(int piece) throws IOException {
        assertThat(takePieces(CHUNKED, piece)).isTrue();

        assertThat(parser.response().text()).isEqualTo("{\"a\": \"x\\r\\n\"}");
    }

    @Test
    void isNotDoneBeforeTheLastByte() throws IOException {
        assertThat(takePieces(WITH_LENGTH.substring(0, WITH_LENGTH.length() - 1), 1_000)).isFalse();
        parser.reset();
        assertThat(takePieces(CHUNKED.substring(0, CHUNKED.length() - 1), 1_000)).isFalse();
    }

    @Test
    void leavesTheNextAnswerInTheBuffer() throws IOException {
        ByteBuffer two = bytes(WITH_LENGTH + CHUNKED);

        assertThat(parser.take(two)).isTrue();
        assertThat(two.position()).isEqualTo(WITH_LENGTH.length());
        parser.reset();
        assertThat(parser.take(two)).isTrue();
        assertThat(parser.status()).isEqualTo(200);
    }

    @Test
    void readsAnswersWithoutABody() throws IOException {
        assertThat(takePieces("HTTP/1.1 204 \r\n\r\n", 1_000)).isTrue();
        parser.reset();
        assertThat(
                        takePieces(
                                "HTTP/1.1 503 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                                1_000))
                .isTrue();
        assertThat(parser.closes()).isTrue();
        assertThat(parser.response().body()).isEmpty();
    }

    @Test
    void skipsContinue() throws IOException {
        assertThat(takePieces("HTTP/1.1 100 Continue\r\n\r\n" + WITH_LENGTH, 5)).isTrue();
        assertThat(parser.status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/1.1 200 OK\r\nno colon here\r\n",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"
            })
    void refusesWhatIsNoAnswer(String text) {
        assertThatThrownBy(() -> takePieces(text, 1_000))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("answer:");
    }

    private boolean takePieces(String text, int piece) throws IOException {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        boolean done = false;
        for (int i = 0; i < all.length; i += piece) {
            done = parser.take(ByteBuffer.wrap(all, i, Math.min(piece, all.length - i)));
        }
        return done;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
