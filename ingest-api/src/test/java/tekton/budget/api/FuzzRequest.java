package tekton.budget.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Random;

/** One request that nobody would send, or nearly one that somebody would. */
final class FuzzRequest {

    private static final List<String> TEXTS =
            List.of(
                    "",
                    " ",
                    "default",
                    "daily",
                    "WARN",
                    "hard_limit",
                    "per_session",
                    "remote_heavyweight",
                    "Europe/Berlin",
                    "Asia/Kolkata",
                    "2026-13-45",
                    "9999-12-31T23:59:59.999999999Z",
                    "-999999999-01-01",
                    "null",
                    "../../etc/passwd",
                    "'; DROP TABLE budgets; --",
                    "${jndi:ldap://127.0.0.1/x}",
                    "<script>alert(1)</script>",
                    "=cmd|' /C calc'!A0",
                    "é\u202e\ufeff\ud83d\ude00",
                    "\ud800",
                    "a\u0000b",
                    "a\r\nX-Injected: 1",
                    "http://127.0.0.1:1/",
                    "whsec_");

    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-1",
                    "1",
                    "7",
                    "1000000000",
                    "1000000001",
                    "9223372036854775807",
                    "9223372036854775808",
                    "-9223372036854775809",
                    "1e400",
                    "1e-400",
                    "1E+2147483648",
                    "0.1",
                    "-0.0",
                    "00",
                    "1.",
                    "NaN",
                    "Infinity",
                    "0x10");

    private static final List<String> TYPES =
            List.of(
                    "application/json",
                    "application/json",
                    "application/json",
                    "application/json; charset=utf-16",
                    "application/x-ndjson",
                    "text/plain",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=x",
                    "application/json\r\nX-Injected: 1",
                    "nonsense",
                    "");

    private static final String PLAIN =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~";

    private final Random random;
    private final List<String> names;
    private final List<String> parameters;
    private final String method;
    private final String path;

    /**
     * A request of an operation.
     *
     * @param names of the fields that bodies may have
     * @param parameters of the query's
     */
    FuzzRequest(
            Random random,
            List<String> names,
            List<String> parameters,
            String method,
            String path) {
        this.random = random;
        this.names = names;
        this.parameters = parameters;
        this.method = method;
        this.path = path;
    }

    /** The request as it goes over the wire. */
    byte[] bytes() {
        byte[] body =
                method.equals("GET") && chance(90) ? new byte[0] : body().getBytes(encoding());
        StringBuilder head = new StringBuilder();
        head.append(
                        chance(97)
                                ? method
                                : pick(List.of("HEAD", "PATCH", "TRACE", "OPTIONS", "GE T")))
                .append(' ')
                .append(target())
                .append(
                        chance(98)
                                ? " HTTP/1.1"
                                : pick(List.of(" HTTP/1.0", " HTTP/9.9", " FTP/1.0")))
                .append("\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        if (body.length > 0 || !method.equals("GET")) {
            head.append("Content-Type: ").append(pick(TYPES)).append("\r\n");
            head.append("Content-Length: ").append(length(body.length)).append("\r\n");
        }
        if (chance(10)) {
            head.append(
                            pick(
                                    List.of(
                                            "Idempotency-Key",
                                            "Budget-Position",
                                            "Last-Event-ID",
                                            "Accept",
                                            "Content-Encoding",
                                            "Transfer-Encoding",
                                            "Expect",
                                            "Origin",
                                            "X-API-Key",
                                            "Authorization",
                                            "Cookie",
                                            "Upgrade",
                                            "Range")))
                    .append(": ")
                    .append(
                            chance(50)
                                    ? text()
                                    : pick(List.of("usage-0:1", "usage-99:-1", "chunked", "*")))
                    .append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(chance(50) ? UTF_8 : ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private Charset encoding() {
        return chance(95) ? UTF_8 : ISO_8859_1;
    }

    private long length(int actual) {
        if (chance(96)) {
            return actual;
        }
        return pick(List.of((long) actual / 2, actual + 10L, -1L, 99_999_999_999L));
    }

    private String target() {
        StringBuilder target = new StringBuilder();
        for (String segment : path.split("/", -1)) {
            if (target.length() > 0 || !segment.isEmpty()) {
                target.append(
                        chance(98) ? "/" : pick(List.of("//", "/./", "/../", "/%2e%2e/", "/;x/")));
            }
            target.append(segment.startsWith("{") ? encoded(id()) : segment);
        }
        if (target.length() == 0) {
            target.append('/');
        }
        if (chance(40)) {
            char separator = '?';
            for (int i = random.nextInt(4); i >= 0; i--) {
                target.append(separator)
                        .append(pick(parameters))
                        .append('=')
                        .append(encoded(chance(50) ? text() : pick(NUMBERS)));
                separator = '&';
            }
        }
        if (chance(1)) {
            target.append("/x".repeat(5_000));
        }
        return target.toString();
    }

    private String id() {
        return chance(50)
                ? pick(
                        List.of(
                                "default",
                                "default.default-01",
                                "team",
                                "none",
                                "a.b",
                                "budgets",
                                "contexts",
                                "components",
                                "users"))
                : text();
    }

    private String encoded(String text) {
        if (chance(5)) {
            return pick(List.of("%", "%zz", "%00", "%c3%28", "%2F", "%ud800"));
        }
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(UTF_8)) {
            boolean plain = PLAIN.indexOf(each) >= 0;
            encoded.append(plain ? String.valueOf((char) each) : "%%%02X".formatted(each & 0xff));
        }
        return encoded.toString();
    }

    private String body() {
        return switch (random.nextInt(20)) {
            case 0 -> "";
            case 1 ->
                    pick(
                            List.of(
                                    "null",
                                    "[]",
                                    "{}",
                                    "1",
                                    "\"x\"",
                                    "{",
                                    "[{}",
                                    "{\"a\":}",
                                    "\ufeff{}"));
            case 2 -> "[".repeat(20_000);
            case 3 -> "{\"a\":".repeat(3_000) + "1" + "}".repeat(3_000);
            case 4 -> "{\"name\":\"" + "x".repeat(70_000) + "\"}";
            case 5 -> object().substring(1);
            case 6, 7 -> "[" + object() + "," + object() + "]";
            case 8 -> object() + "\n" + object() + "\n" + text();
            default -> object();
        };
    }

    private String object() {
        StringBuilder object = new StringBuilder("{");
        for (int i = random.nextInt(12); i >= 0; i--) {
            object.append('"').append(pick(names)).append("\":").append(value(0));
            object.append(i == 0 ? "" : ",");
        }
        return object.append('}').toString();
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 3 ? 6 : 8)) {
            case 0 -> pick(List.of("null", "true", "false"));
            case 1, 2 -> pick(NUMBERS);
            case 3, 4, 5 -> quoted(text());
            case 6 -> "[" + value(depth + 1) + "," + value(depth + 1) + "]";
            default -> "{" + quoted(pick(names)) + ":" + value(depth + 1) + "}";
        };
    }

    /** Mostly proper JSON; sometimes as it is, control characters included. */
    private String quoted(String text) {
        if (chance(5)) {
            return '"' + text + '"';
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            boolean plain =
                    each >= ' ' && each != '"' && each != '\\' && !Character.isSurrogate(each);
            quoted.append(plain ? String.valueOf(each) : "\\u%04x".formatted((int) each));
        }
        return quoted.append('"').toString();
    }

    private String text() {
        return switch (random.nextInt(8)) {
            case 0 -> "x".repeat(random.nextInt(400));
            case 1 -> Long.toString(random.nextLong(), 36);
            default -> pick(TEXTS);
        };
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
