package tekton.budget.bench.http;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

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
        return (first("POST", path, host)
                        + "Content-Type: "
                        + contentType
                        + "\r\nContent-Length: "
                        + length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A whole POST. */
    public static byte[] post(
            InetSocketAddress host, String path, String contentType, byte[] body) {
        byte[] head = postHead(host, path, contentType, body.length);
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
