package tekton.budget.standalone;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.config.ServerCertificate;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.ops.HealthReport;
import tekton.budget.api.registry.HermesStanding;
import tekton.budget.api.registry.HermesState;
import tekton.budget.api.route.ServiceIdentity;
import tekton.budget.codec.JsonBytes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.Semaphore;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Answers on the service's port until the service does: {@code /health} that it is starting and
 * what is missing, everything else that it should be asked again. Whoever was accepted is answered,
 * also when the port has gone over. {@link #part} and {@link #close} may be called by any thread.
 */
final class StartupServer implements AutoCloseable {

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    private static final int HEAD_CHARS_MAX = 8 * 1024;

    /** What is read of a body so that the client sees the answer instead of a reset connection. */
    private static final int SWALLOW_BYTES_MAX = 1 << 20;

    private static final int CONNECTIONS_MAX = 256;

    private static final int BACKLOG = 128;

    /** A browser asks again by itself until the real page answers. */
    private static final String PAGE =
            """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Budget is starting</title>\
            <meta name="viewport" content="width=device-width"><meta name="color-scheme" \
            content="light dark"><meta http-equiv="refresh" content="1"></head><body>\
            <h1>Budget is starting</h1><p>This page opens by itself in a moment.</p></body></html>
            """;

    private final Settings settings;
    private final ServiceIdentity service;
    private final Selector selector;
    private final List<ServerSocketChannel> listening;
    private final Semaphore room = new Semaphore(CONNECTIONS_MAX);
    private final Thread thread = Thread.ofPlatform().daemon().name("startup").unstarted(this::run);
    private final @Nullable SSLContext tls;
    private volatile boolean closing;

    /** Guarded by itself. */
    private final SequencedMap<String, String> parts = new LinkedHashMap<>();

    private StartupServer(
            Settings settings,
            ServiceIdentity service,
            Selector selector,
            List<ServerSocketChannel> on) {
        this.settings = settings;
        this.service = service;
        this.selector = selector;
        this.listening = on;
        ServerCertificate certificate = settings.ingest().tls();
        tls = certificate == null ? null : certificate.forServer();
        parts.put("http", HealthReport.STARTING);
        parts.put("kafka", "connecting");
        parts.put("decisions", "connecting");
        parts.put("metering", HealthReport.STARTING);
    }

    /**
     * Listens where the service will.
     *
     * @throws BindException if somebody else does
     */
    static StartupServer open(Settings settings, Instant startedAt) throws IOException {
        ServiceIdentity service =
                new ServiceIdentity(
                        settings.ingest().version(), settings.ingest().port(), startedAt);
        Selector selector = Selector.open();
        List<ServerSocketChannel> listening = new ArrayList<>();
        StartupServer server = new StartupServer(settings, service, selector, listening);
        try {
            for (InetAddress address : InetAddress.getAllByName(settings.ingest().boundHost())) {
                if (Ports.exists(address)) {
                    listening.add(listen(new InetSocketAddress(address, service.port()), selector));
                }
            }
        } catch (IOException cannot) {
            server.release();
            throw cannot;
        }
        server.thread.start();
        return server;
    }

    private static ServerSocketChannel listen(InetSocketAddress address, Selector selector)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(address, BACKLOG);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT);
            return channel;
        } catch (IOException cannot) {
            channel.close();
            throw cannot;
        }
    }

    /** How a part of the service is doing, in one word. */
    void part(String name, String state) {
        synchronized (parts) {
            parts.put(name, state);
        }
    }

    /** Lets go of the port, which is free when this returns. Again: nothing. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            // It waits for nobody; the bound is there because every wait has one.
            thread.join(READ_TIMEOUT);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                selector.select();
                selector.selectedKeys().clear();
                for (ServerSocketChannel channel : listening) {
                    accepted(channel).forEach(this::begin);
                }
            }
        } catch (IOException broken) {
            // Nobody is answered any more; the service's own start goes on.
        } finally {
            release();
        }
    }

    private static List<SocketChannel> accepted(ServerSocketChannel channel) throws IOException {
        List<SocketChannel> callers = new ArrayList<>();
        for (SocketChannel next = channel.accept(); next != null; next = channel.accept()) {
            callers.add(next);
        }
        return callers;
    }

    /** Beyond the bound nobody is served: a closed connection is tried again. */
    private void begin(SocketChannel caller) {
        if (!room.tryAcquire()) {
            end(caller);
            return;
        }
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                serve(tls == null ? caller.socket() : secured(caller.socket()));
                            } catch (IOException gone) {
                                // The caller is told nothing, as it is not there.
                            } finally {
                                end(caller);
                                room.release();
                            }
                        });
    }

    /** A caller in plain text is told nothing, here as later. */
    private Socket secured(Socket plain) throws IOException {
        plain.setSoTimeout((int) READ_TIMEOUT.toMillis());
        SSLSocket socket =
                (SSLSocket)
                        Objects.requireNonNull(tls)
                                .getSocketFactory()
                                .createSocket(plain, null, plain.getPort(), true);
        socket.setUseClientMode(false);
        return socket;
    }

    private static void end(SocketChannel caller) {
        try {
            caller.close();
        } catch (IOException gone) {
            // It is closed all the same.
        }
    }

    /**
     * A caller that is let in after the last look, and before the socket is closed, is lost. So the
     * selector goes first, which would delay the closing, and callers are served when it is done.
     */
    private void release() {
        try {
            selector.close();
            for (ServerSocketChannel channel : listening) {
                List<SocketChannel> last = accepted(channel);
                channel.close();
                last.forEach(this::begin);
            }
        } catch (IOException unlikely) {
            throw new IllegalStateException(unlikely);
        }
    }

    private void serve(Socket socket) throws IOException {
        socket.setSoTimeout((int) READ_TIMEOUT.toMillis());
        InputStream in = socket.getInputStream();
        String head = head(in);
        if (head == null) {
            return;
        }
        String target = target(head);
        if (target == null) {
            return;
        }
        OutputStream out = socket.getOutputStream();
        out.write(answer(target, isBrowser(head)));
        out.flush();
        socket.shutdownOutput();
        in.readNBytes(SWALLOW_BYTES_MAX);
    }

    /** The head of the request, once it has come; null if it is none. */
    private static @Nullable String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder(256);
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() == HEAD_CHARS_MAX) {
                return null;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** The method and the path; null if there are none. */
    private static @Nullable String target(String head) {
        String[] words = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
        return words.length == 3 ? words[0] + ' ' + words[1].split("\\?", 2)[0] : null;
    }

    private static boolean isBrowser(String head) {
        return head.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .anyMatch(line -> line.startsWith("accept:") && line.contains("text/html"));
    }

    private byte[] answer(String target, boolean browser) {
        boolean bodiless = target.startsWith("HEAD ");
        String path = target.substring(target.indexOf(' ') + 1);
        if (browser && path.equals("/")) {
            return response(
                    "503 Service Unavailable",
                    "text/html;charset=UTF-8",
                    PAGE.getBytes(StandardCharsets.UTF_8),
                    bodiless);
        }
        return switch (path.replaceFirst("^/api(/v1)?(?=/|$)", "")) {
            case "", "/" -> response("200 OK", "application/json", who(), bodiless);
            case "/health", "/status" ->
                    response("503 Service Unavailable", "application/json", health(), bodiless);
            default ->
                    response("503 Service Unavailable", Problem.CONTENT_TYPE, notYet(), bodiless);
        };
    }

    private byte[] who() {
        return new JsonBytes(256)
                .open('{')
                .property("component", ServiceIdentity.COMPONENT)
                .property("description", ServiceIdentity.DESCRIPTION)
                .property("version", service.version())
                .property("status", HealthReport.STARTING)
                .close('}')
                .toByteArray();
    }

    private byte[] health() {
        HermesState hermes =
                settings.ingest().hermes().registers() ? HermesState.REGISTERING : HermesState.OFF;
        SequencedMap<String, String> now;
        synchronized (parts) {
            now = new LinkedHashMap<>(parts);
        }
        return new HealthReport(
                        HealthReport.STARTING,
                        List.of("http", "kafka", "decisions"),
                        now,
                        new HermesStanding(hermes, false))
                .toJson(service, Instant.now())
                .toByteArray();
    }

    private static byte[] notYet() {
        return Problem.retryLater(
                        ProblemType.SERVICE_UNAVAILABLE,
                        "Budget is starting; GET /health names the missing parts",
                        Duration.ofSeconds(1))
                .toJson();
    }

    private static byte[] response(String status, String type, byte[] body, boolean bodiless) {
        List<String> head = new ArrayList<>();
        head.add("HTTP/1.1 " + status);
        head.add("Content-Type: " + type);
        head.add("Content-Length: " + body.length);
        head.add("Cache-Control: no-store");
        if (status.startsWith("503")) {
            head.add("Retry-After: 1");
        }
        head.add("Connection: close");
        byte[] lines = (String.join("\r\n", head) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(lines, lines.length + (bodiless ? 0 : body.length));
        if (!bodiless) {
            System.arraycopy(body, 0, whole, lines.length, body.length);
        }
        return whole;
    }
}
