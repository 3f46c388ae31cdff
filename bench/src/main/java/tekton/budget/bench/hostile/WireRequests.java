package tekton.budget.bench.hostile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the grammar of HTTP allows seldom or never, each shape with its variations. Any thread. */
final class WireRequests {

    private static final String OF_ANOTHER =
            "GET http://other.invalid/health HTTP/1.1\r\nHost: x\r\n\r\n";

    private static final String TWO_ENCODINGS =
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n";

    private static final String RECORD = "/api/usage/record";
    private static final int SHAPES = 24;

    /** Must never be taken for a request of its own, nor harm if it is. */
    private static final String SMUGGLED =
            "GET /api/keys HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private static final List<String> VERSIONS =
            List.of(
                    "HTTP/1.0",
                    "HTTP/0.9",
                    "HTTP/2.0",
                    "HTTP/9.9",
                    "HTTP/1.1 x",
                    "FTP/1.0",
                    "http/1.1",
                    "HTTP/1",
                    "");

    private final String key;

    WireRequests(String key) {
        this.key = key;
    }

    /** A request of that number. */
    HostileRequest of(Dice dice) {
        return shape(dice.below(SHAPES), dice);
    }

    private HostileRequest shape(int shape, Dice dice) {
        byte[] record = record(dice);
        return switch (shape) {
            case 0 -> whole(dice, "GET /health " + dice.pick(VERSIONS) + "\r\nHost: x\r\n\r\n");
            case 1 ->
                    whole(
                            dice,
                            dice.pick(
                                    List.of(
                                            "GET\r\n\r\n",
                                            " GET /health HTTP/1.1\r\n\r\n",
                                            "GET  /health HTTP/1.1\r\n\r\n",
                                            "GET /health\tHTTP/1.1\r\n\r\n",
                                            "G\u0000T /health HTTP/1.1\r\n\r\n",
                                            "GET /he alth HTTP/1.1\r\n\r\n",
                                            "\r\n\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n",
                                            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                                            "CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n\r\n",
                                            "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
                                            "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
                                            "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
                                            OF_ANOTHER,
                                            "GET file:///etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
                                            "GET /health HTTP/1.1\n\n",
                                            "GET /health HTTP/1.1\r\r\n\r\n",
                                            "GET /\u00e9\u0080 HTTP/1.1\r\nHost: x\r\n\r\n")));
            case 2 -> ofBytes(dice, dice.bytes(1 + dice.below(3_000)));
            case 3 -> ofBytes(dice, new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
            case 4 ->
                    whole(dice, "M".repeat(dice.below(20_000)) + " / HTTP/1.1\r\nHost: x\r\n\r\n");
            case 5 ->
                    whole(
                            dice,
                            "GET /"
                                    + "a".repeat(dice.below(30_000))
                                    + " HTTP/1.1\r\nHost: x\r\n\r\n");
            case 6 -> flood(dice);
            case 7 -> ofBytes(dice, get().header("X-Long", "v".repeat(dice.below(40_000))).end());
            case 8 ->
                    ofBytes(
                            dice,
                            get().text(
                                            dice.pick(
                                                    List.of(
                                                            "X-Folded: a\r\n b\r\n",
                                                            " X-Begins: folded\r\n",
                                                            "No-Colon\r\n",
                                                            ": no name\r\n",
                                                            "Blank : before\r\n",
                                                            "Na\u0000me: x\r\n",
                                                            "X: a\u0000b\r\n",
                                                            "X: a\rb\r\n",
                                                            "H\u00e9: x\r\n",
                                                            "Host: another\r\n",
                                                            "Host:\r\n")))
                                    .end());
            case 9 ->
                    ofBytes(
                            dice,
                            post().header(
                                            "Content-Length",
                                            dice.pick(
                                                    List.of(
                                                            "-1",
                                                            "+5",
                                                            "0x10",
                                                            "1e3",
                                                            "5, 5",
                                                            "5, 6",
                                                            "99999999999999999999",
                                                            "9223372036854775807",
                                                            "",
                                                            "ten")))
                                    .raw(record));
            case 10 -> ofBytes(dice, lengths(record.length - 1 - dice.below(20), record));
            case 11 -> ofBytes(dice, lengths(record.length + 1 + dice.below(2_000), record));
            case 12 ->
                    ofBytes(
                            dice,
                            post().header("Content-Length", String.valueOf(record.length))
                                    .header("Content-Length", String.valueOf(dice.below(50)))
                                    .raw(record));
            case 13 ->
                    // Which of the two is believed decides where the next request begins.
                    ofBytes(
                            dice,
                            post().header("Content-Length", String.valueOf(dice.below(60)))
                                    .header("Transfer-Encoding", "chunked")
                                    .raw(bytes("0\r\n\r\n" + SMUGGLED)));
            case 14 ->
                    ofBytes(
                            dice,
                            post().text(
                                            dice.pick(
                                                    List.of(
                                                            "Transfer-Encoding: xchunked\r\n",
                                                            "Transfer-Encoding: identity\r\n",
                                                            "Transfer-Encoding: gzip, chunked\r\n",
                                                            "Transfer-Encoding: chunked,"
                                                                    + " identity\r\n",
                                                            "Transfer-Encoding:\tchunked\r\n",
                                                            "Transfer-Encoding : chunked\r\n",
                                                            TWO_ENCODINGS)))
                                    .raw(bytes("0\r\n\r\n" + SMUGGLED)));
            case 15 -> ofBytes(dice, chunked(bytes(brokenChunks(dice))));
            case 16 -> ofBytes(dice, chunked(goodChunks(record, dice)));
            case 17 -> pipelined(dice);
            case 18 -> cutBody(dice, record);
            case 19 -> slow(dice, record);
            case 20 -> ofBytes(dice, cut(post().body(record), dice));
            case 21 ->
                    ofBytes(
                            dice,
                            post().header(
                                            "Expect",
                                            dice.pick(List.of("100-continue", "200-ok", "")))
                                    .body(record));
            case 22 ->
                    ofBytes(
                            dice,
                            get().header("Connection", "Upgrade, HTTP2-Settings")
                                    .header(
                                            "Upgrade",
                                            dice.pick(List.of("h2c", "TLS/1.0", "websocket")))
                                    .header("HTTP2-Settings", "AAMAAABkAAQAAP__")
                                    .end());
            default ->
                    ofBytes(
                            dice,
                            get().header(
                                            "X-API-Key",
                                            dice.pick(List.of("wrong", key + "x", "", "\u00e9")))
                                    .end());
        };
    }

    private static byte[] record(Dice dice) {
        return bytes(
                "{\"context_id\":\"%s%d\",\"record_id\":\"%s%d-0\",\"component\":\"wire\",\"provider\":\"nobody\",\"model\":\"none\",\"input_tokens\":%d,\"output_tokens\":7}"
                        .formatted(
                                SchemaValues.CONTEXT,
                                dice.number(),
                                SchemaValues.RECORD,
                                dice.number(),
                                dice.below(1_000)));
    }

    private RequestBytes get() {
        return RequestBytes.line("GET", "/health").header("Connection", "close");
    }

    private RequestBytes post() {
        return RequestBytes.line("POST", RECORD)
                .header("Connection", "close")
                .header("X-API-Key", key)
                .header("Content-Type", "application/json");
    }

    private HostileRequest flood(Dice dice) {
        RequestBytes request = get();
        for (int i = dice.pick(List.of(90, 101, 1_000)); i >= 0; i--) {
            request.header("X-" + i, "v");
        }
        return ofBytes(dice, request.end());
    }

    private byte[] lengths(int length, byte[] record) {
        return post().header("Content-Length", String.valueOf(length)).raw(record);
    }

    private byte[] chunked(byte[] chunks) {
        return post().header("Transfer-Encoding", "chunked").raw(chunks);
    }

    private static String brokenChunks(Dice dice) {
        return dice.pick(
                List.of(
                        "zz\r\nabc\r\n0\r\n\r\n",
                        "-1\r\nabc\r\n0\r\n\r\n",
                        "FFFFFFFFFFFFFFFF\r\nabc\r\n",
                        "7FFFFFFF\r\nabc\r\n",
                        "3\r\nabcd\r\n0\r\n\r\n",
                        "3\nabc\n0\n\n",
                        "3;" + "e".repeat(20_000) + "\r\nabc\r\n0\r\n\r\n",
                        "\r\n\r\n",
                        "0\r\n" + "T: x\r\n".repeat(2_000) + "\r\n",
                        "0\r\nContent-Length: 5\r\n\r\n",
                        "0x3\r\nabc\r\n0\r\n\r\n"));
    }

    private static byte[] goodChunks(byte[] record, Dice dice) {
        StringBuilder chunks = new StringBuilder();
        String text = new String(record, StandardCharsets.UTF_8);
        int at = 0;
        while (at < text.length()) {
            int end = Math.min(text.length(), at + 1 + dice.below(40));
            chunks.append(Integer.toHexString(end - at)).append(";x=y\r\n");
            chunks.append(text, at, end).append("\r\n");
            at = end;
        }
        return bytes(chunks.append("0\r\nTrailer: x\r\n\r\n").toString());
    }

    private HostileRequest pipelined(Dice dice) {
        StringBuilder many = new StringBuilder();
        for (int i = 1 + dice.below(30); i >= 0; i--) {
            many.append("GET ")
                    .append(dice.pick(List.of("/health", "/api/budgets", "/nowhere", "/docs")))
                    .append(" HTTP/1.1\r\nHost: x\r\n")
                    .append(i == 0 ? "Connection: close\r\n\r\n" : "\r\n");
        }
        return whole(dice, many.toString());
    }

    private HostileRequest cutBody(Dice dice, byte[] record) {
        byte[] request = post().body(record);
        int end = request.length - 1 - dice.below(record.length);
        byte[] less = new byte[end];
        System.arraycopy(request, 0, less, 0, end);
        return ofBytes(dice, less);
    }

    private static byte[] cut(byte[] request, Dice dice) {
        byte[] less = new byte[dice.below(request.length)];
        System.arraycopy(request, 0, less, 0, less.length);
        return less;
    }

    /** Few of them are really slow: each holds a sender of this program. */
    private HostileRequest slow(Dice dice, byte[] record) {
        byte[] request = post().body(record);
        List<byte[]> parts = new ArrayList<>();
        int size = 1 + request.length / (2 + dice.below(10));
        for (int at = 0; at < request.length; at += size) {
            byte[] part = new byte[Math.min(size, request.length - at)];
            System.arraycopy(request, at, part, 0, part.length);
            parts.add(part);
        }
        int pauseMs = dice.chance(2) ? 1_500 : 5;
        return new HostileRequest(
                dice.number(), HostileFamily.WIRE, parts, pauseMs, false, false, false);
    }

    private static HostileRequest whole(Dice dice, String text) {
        return ofBytes(dice, bytes(text));
    }

    private static HostileRequest ofBytes(Dice dice, byte[] bytes) {
        return HostileRequest.of(dice.number(), HostileFamily.WIRE, bytes, false, false);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
