package tekton.budget.bench.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * One kept-alive connection that asks and waits. It connects at the first question and again after
 * any failure; it never repeats a question by itself. Loopback only. One thread at a time.
 */
public final class HttpConnection implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MS = 2_000;

    private final InetSocketAddress address;
    private final Duration timeout;
    private final @Nullable InetAddress from;
    private final ResponseParser parser = new ResponseParser();
    private final ByteBuffer buffer = ByteBuffer.allocate(32 * 1024);
    private @Nullable Socket socket;
    private byte[] header = new byte[0];

    /**
     * @param address a loopback address
     * @param timeout how long an answer may pause, at most
     */
    public HttpConnection(InetSocketAddress address, Duration timeout) {
        this(address, timeout, null);
    }

    /**
     * A connection that comes from an address of one's choice.
     *
     * @param from a loopback address of this machine; null for the one that the system gives
     */
    public HttpConnection(InetSocketAddress address, Duration timeout, @Nullable InetAddress from) {
        this.address = requireLoopback(address);
        this.timeout = timeout;
        this.from = from;
    }

    /**
     * The address of a base URL such as {@code http://localhost:8013}.
     *
     * @throws IllegalArgumentException if it is not on loopback
     */
    public static InetSocketAddress addressOf(String baseUrl) {
        URI uri = URI.create(baseUrl);
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException(
                    "url: %s (expected: http://host:port)".formatted(baseUrl));
        }
        return requireLoopback(new InetSocketAddress(uri.getHost(), uri.getPort()));
    }

    private static InetSocketAddress requireLoopback(InetSocketAddress address) {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "host: %s (expected: a loopback address; load never leaves this machine)"
                            .formatted(address));
        }
        return address;
    }

    /** From now on every request shows that key. */
    public HttpConnection showing(String apiKey) {
        header = ("X-API-Key: " + apiKey + "\r\n").getBytes(StandardCharsets.US_ASCII);
        return this;
    }

    /** Where it asks. */
    public InetSocketAddress address() {
        return address;
    }

    /** A GET without a position. */
    public Response get(String path) throws IOException {
        return exchange(Requests.get(address, path, ""));
    }

    /** A GET that waits until the state has passed a position; none if empty. */
    public Response get(String path, String position) throws IOException {
        return exchange(Requests.get(address, path, position));
    }

    /** A POST. */
    public Response post(String path, String contentType, byte[] body) throws IOException {
        return post(path, contentType, Map.of(), body);
    }

    /** A POST with further headers. */
    public Response post(String path, String contentType, Map<String, String> headers, byte[] body)
            throws IOException {
        return exchange(Requests.post(address, path, contentType, headers, body));
    }

    /** A PUT. */
    public Response put(String path, String contentType, byte[] body) throws IOException {
        return exchange(Requests.put(address, path, contentType, body));
    }

    /**
     * Sends a whole request and waits for its answer.
     *
     * @throws IOException if there is none; whether the request took effect is then unknown
     */
    public Response exchange(byte[] request) throws IOException {
        try {
            Socket open = connected();
            open.getOutputStream().write(withHeader(request));
            parser.reset();
            while (true) {
                int count = open.getInputStream().read(buffer.array());
                if (count < 0) {
                    throw new IOException("connection closed in mid-answer");
                }
                buffer.position(0).limit(count);
                if (parser.take(buffer)) {
                    break;
                }
            }
            Response response = parser.response();
            if (parser.closes()) {
                close();
            }
            return response;
        } catch (SocketTimeoutException e) {
            close();
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private byte[] withHeader(byte[] request) {
        if (header.length == 0) {
            return request;
        }
        int line = 0;
        while (request[line++] != '\n') {
            // The header follows the request line.
        }
        byte[] whole = new byte[request.length + header.length];
        System.arraycopy(request, 0, whole, 0, line);
        System.arraycopy(header, 0, whole, line, header.length);
        System.arraycopy(request, line, whole, line + header.length, request.length - line);
        return whole;
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket();
            socket = open;
            open.setTcpNoDelay(true);
            open.setSoTimeout((int) timeout.toMillis());
            if (from != null) {
                open.bind(new InetSocketAddress(from, 0));
            }
            open.connect(address, CONNECT_TIMEOUT_MS);
        }
        return open;
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // The connection is of no more use either way.
            }
        }
    }
}
