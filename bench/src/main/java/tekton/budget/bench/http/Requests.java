package tekton.budget.bench.http;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The bytes of requests. */
public final class Requests {

    private Requests() {}

    /** A GET; {@code position} is sent as {@code Budget-Position} unless it is empty. */
    public static byte[] get(InetSocketAddress host, String path, String position) {
        String header = position.isEmpty() ? "" : "Budget-Position: " + position + "\r\n";
        return (first("GET", path, host) + header + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The head of a POST with a body of that many bytes, up to and with the empty line. */
    public static byte[] postHead(
            InetSocketAddress host, String path, String contentType, int length) {
        return head("POST", host, path, contentType, Map.of(), length);
    }

    private static byte[] head(
            String method,
            InetSocketAddress host,
            String path,
            String contentType,
            Map<String, String> headers,
            int length) {
        StringBuilder head = new StringBuilder(first(method, path, host));
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Type: ").append(contentType);
        head.append("\r\nContent-Length: ").append(length).append("\r\n\r\n");
        return head.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A whole POST with further headers. */
    public static byte[] post(
            InetSocketAddress host,
            String path,
            String contentType,
            Map<String, String> headers,
            byte[] body) {
        return whole(head("POST", host, path, contentType, headers, body.length), body);
    }

    /** A whole PUT. */
    public static byte[] put(InetSocketAddress host, String path, String contentType, byte[] body) {
        return whole(head("PUT", host, path, contentType, Map.of(), body.length), body);
    }

    private static byte[] whole(byte[] head, byte[] body) {
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    private static String first(String method, String path, InetSocketAddress host) {
        return method
                + ' '
                + path
                + " HTTP/1.1\r\nHost: "
                + host.getHostString()
                + ':'
                + host.getPort()
                + "\r\nAccept: application/json\r\n";
    }
}
