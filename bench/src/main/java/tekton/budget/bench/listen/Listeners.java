package tekton.budget.bench.listen;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Many live connections by the JDK's client, and how much they have heard together. */
final class Listeners implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_MS = 1;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong heard = new AtomicLong();
    private final AtomicLong signs = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    /** So many WebSockets on a path, each with its welcome. */
    static Listeners sockets(InetSocketAddress address, String path, int count)
            throws IOException, InterruptedException {
        Listeners listeners = new Listeners();
        URI uri = uri("ws", address, path);
        for (int i = 0; i < count; i++) {
            try {
                listeners.http.newWebSocketBuilder().buildAsync(uri, listeners.new Socket()).join();
            } catch (CompletionException refused) {
                throw new IOException("WebSocket " + i, refused.getCause());
            }
        }
        listeners.await(listeners.heard, count);
        listeners.heard.set(0);
        return listeners;
    }

    /** So many streams of server-sent events. */
    static Listeners streams(InetSocketAddress address, String path, int count)
            throws IOException, InterruptedException {
        Listeners listeners = new Listeners();
        HttpRequest request = HttpRequest.newBuilder(uri("http", address, path)).build();
        for (int i = 0; i < count; i++) {
            var _ =
                    listeners.http.sendAsync(
                            request,
                            HttpResponse.BodyHandlers.fromLineSubscriber(listeners.new Lines()));
        }
        listeners.await(listeners.heard, count);
        listeners.heard.set(0);
        return listeners;
    }

    /** Frames but for welcomes and pings, or events. */
    long heard() {
        return heard.get();
    }

    /** Pings, or heartbeats. */
    long signs() {
        return signs.get();
    }

    /** HeldConnections that are over. */
    long ended() {
        return ended.get();
    }

    /** Waits until all together have heard so much. */
    void awaitHeard(long count) throws IOException, InterruptedException {
        await(heard, count);
    }

    private void await(AtomicLong counter, long count) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (counter.get() < count) {
            if (System.nanoTime() - begun > TIMEOUT.toNanos()) {
                throw new IOException(
                        "heard %d of %d; %d connections have ended"
                                .formatted(counter.get(), count, ended.get()));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }

    private static URI uri(String scheme, InetSocketAddress address, String path) {
        return URI.create(scheme + "://127.0.0.1:" + address.getPort() + path);
    }

    /** Ends all of them without a word. */
    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    private final class Socket implements WebSocket.Listener {

        @Override
        public void onOpen(WebSocket opened) {
            opened.request(Long.MAX_VALUE);
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence data, boolean last) {
            if (last) {
                heard.incrementAndGet();
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
            signs.incrementAndGet();
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            ended.incrementAndGet();
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            ended.incrementAndGet();
        }
    }

    private final class Lines implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (line.startsWith("retry:") || line.startsWith("data:")) {
                heard.incrementAndGet();
            } else if (line.startsWith(":")) {
                signs.incrementAndGet();
            }
        }

        @Override
        public void onError(Throwable failure) {
            ended.incrementAndGet();
        }

        @Override
        public void onComplete() {
            ended.incrementAndGet();
        }
    }
}
