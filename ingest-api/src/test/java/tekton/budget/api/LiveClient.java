package tekton.budget.api;

import tekton.budget.testbroker.Patience;

import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The JDK's WebSocket client, and what it has heard. */
final class LiveClient implements WebSocket.Listener, AutoCloseable {

    /** How a connection ended. */
    record Closed(int code, String reason) {}

    final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    final CompletableFuture<Closed> closed = new CompletableFuture<>();
    final AtomicInteger pings = new AtomicInteger();
    private final HttpClient http = HttpClient.newHttpClient();
    private final StringBuilder parts = new StringBuilder();
    private final boolean eager;
    private final WebSocket socket;

    private LiveClient(URI uri, boolean eager, String... headers) {
        this.eager = eager;
        WebSocket.Builder builder = http.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        socket = builder.buildAsync(uri, this).join();
    }

    /** A client that reads what comes, and has read the welcome. */
    static LiveClient connect(Api api, String path, String... headers) throws Exception {
        LiveClient client = new LiveClient(api.uri("ws", path), true, headers);
        client.next("budget_update");
        return client;
    }

    /** A client that reads nothing until it is told to. */
    static LiveClient connectIdle(Api api, String path) {
        return new LiveClient(api.uri("ws", path), false);
    }

    /** From now on it reads. */
    void read() {
        socket.request(Long.MAX_VALUE);
    }

    void say(String frame) {
        socket.sendText(frame.replace('\'', '"'), true).join();
    }

    /** The next frame, which is of that type. */
    JsonNode next(String type) throws Exception {
        JsonNode frame = next();
        if (!frame.get("type").stringValue().equals(type)) {
            throw new AssertionError(type + " expected: " + frame);
        }
        return frame;
    }

    /** The next frame. */
    JsonNode next() throws Exception {
        JsonNode frame = frames.poll(Patience.SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError("no frame within " + Patience.SECONDS + " s");
        }
        return frame;
    }

    /** The first frame from now on that is of that type and has a text in its payload. */
    JsonNode await(String type, String text) throws Exception {
        while (true) {
            JsonNode frame = next();
            if (frame.get("type").stringValue().equals(type)
                    && frame.get("payload").toString().contains(text)) {
                return frame;
            }
        }
    }

    Closed awaitClosed() throws Exception {
        return closed.get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (eager) {
            opened.request(Long.MAX_VALUE);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        parts.append(data);
        if (last) {
            frames.add(Api.json(parts.toString()));
            parts.setLength(0);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        pings.incrementAndGet();
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(new Closed(code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.completeExceptionally(failure);
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }
}
