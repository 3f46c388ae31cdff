package tekton.budget.metering.query.remote;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.local.Peer;
import tekton.budget.metering.query.local.Question;
import tekton.budget.metering.query.local.TotalsShard.OfRows;
import tekton.budget.metering.query.local.TotalsShard.RowCount;
import tekton.budget.value.Positions;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * The other instances, asked over HTTP at the port that they serve everybody on. A failure on the
 * way is "not ready", with the instance's name; every wait is bounded. Any thread.
 */
public final class HttpPeers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpPeers.class);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    /** What an answer may take beyond the time that its question may wait for a position. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

    /** The same where the answer is found by looking at all that there is. */
    private static final Duration SCAN_TIMEOUT = Duration.ofSeconds(30);

    /** What many rows may take in all. */
    private static final Duration ROWS_TIMEOUT = Duration.ofSeconds(60);

    /** What is read of an answer that is none. */
    private static final int WORDS_BYTES_MAX = 4_096;

    private final PeerSecret secret;
    private final ScheduledThreadPoolExecutor late = lateCloser();
    private final String scheme;
    private final HttpClient http;

    public HttpPeers(PeerSecret secret) {
        this.secret = secret;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT_TIMEOUT);
        SSLContext tls = secret.tls();
        http = tls == null ? builder.build() : builder.sslContext(tls).build();
        scheme = tls == null ? "http" : "https";
    }

    /** One of them. */
    Peer at(HostInfo host) {
        return new HttpPeer(host);
    }

    @Override
    public void close() {
        http.shutdownNow();
        late.shutdownNow();
    }

    private final class HttpPeer implements Peer {

        private final HostInfo host;

        private HttpPeer(HostInfo host) {
            this.host = host;
        }

        @Override
        public <R> Answer<R> ask(Question<R> question) {
            return asking(
                    question,
                    () -> {
                        HttpResponse<byte[]> response = exchange(question);
                        return response.statusCode() == PeerEndpoint.FOUND
                                ? found(response, partial(question, response.body()))
                                : without(question, response, response.body());
                    });
        }

        @Override
        public Answer<RowCount> visit(OfRows question, BiConsumer<Bytes, byte[]> visitor) {
            return asking(
                    question,
                    () -> {
                        HttpResponse<InputStream> response =
                                within(
                                        ANSWER_TIMEOUT.plus(question.after().patience()),
                                        http.sendAsync(
                                                request(question), BodyHandlers.ofInputStream()));
                        try (InputStream body = response.body()) {
                            // Reading has no bound of its own: an instance may freeze at any byte.
                            ScheduledFuture<?> closing =
                                    late.schedule(
                                            () -> closeQuietly(body),
                                            ROWS_TIMEOUT.toMillis(),
                                            TimeUnit.MILLISECONDS);
                            try {
                                return response.statusCode() == PeerEndpoint.FOUND
                                        ? RowFrames.read(
                                                new DataInputStream(new BufferedInputStream(body)),
                                                visitor)
                                        : without(
                                                question,
                                                response,
                                                body.readNBytes(WORDS_BYTES_MAX));
                            } finally {
                                closing.cancel(false);
                            }
                        }
                    });
        }

        /**
         * Sends a question, and once more if the connection fails: one that was kept from before
         * the instance's restart is found out by using it.
         */
        private HttpResponse<byte[]> exchange(Question<?> question)
                throws IOException, InterruptedException, TimeoutException {
            Duration bound =
                    (question.scans() ? SCAN_TIMEOUT : ANSWER_TIMEOUT)
                            .plus(question.after().patience());
            HttpRequest request = request(question);
            try {
                return within(bound, http.sendAsync(request, BodyHandlers.ofByteArray()));
            } catch (ConnectException | HttpConnectTimeoutException nobody) {
                throw nobody;
            } catch (IOException broken) {
                LOG.debug("{}: asked again", host, broken);
                return within(bound, http.sendAsync(request, BodyHandlers.ofByteArray()));
            }
        }

        private <R> Answer<R> asking(Question<R> question, Exchange<R> exchange) {
            try {
                return exchange.run();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return notReady(question, "given up");
            } catch (TimeoutException frozen) {
                return notReady(question, "does not answer in time");
            } catch (SSLException strange) {
                LOG.warn("{}: cannot be asked over TLS: {}", host, strange.getMessage());
                return notReady(question, "cannot be asked over TLS");
            } catch (IOException away) {
                LOG.debug("{}", host, away);
                return notReady(question, "does not answer");
            }
        }

        private HttpRequest request(Question<?> question) {
            return HttpRequest.newBuilder(
                            URI.create(
                                    "%s://%s:%d%s%s"
                                            .formatted(
                                                    scheme,
                                                    host.host(),
                                                    host.port(),
                                                    PeerEndpoint.PATH,
                                                    PeerCodec.name(question))))
                    .header(PeerSecret.HEADER, secret.text())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(PeerCodec.write(question)))
                    .build();
        }

        private <R> Answer<R> without(Question<R> question, HttpResponse<?> response, byte[] body) {
            int status = response.statusCode();
            boolean ours = response.headers().firstValue(PeerEndpoint.LAG).isPresent();
            String words = new String(body, StandardCharsets.UTF_8);
            return switch (status) {
                case PeerEndpoint.UNKNOWN ->
                        ours
                                ? new Answer.Unknown<>()
                                : notReady(question, "gives no proper answer");
                case PeerEndpoint.NOT_READY -> notReady(question, "is restoring or has moved it");
                case PeerEndpoint.NOT_REACHED ->
                        Positions.parse(words)
                                .<Answer<R>>map(Answer.NotReached::new)
                                .orElseGet(() -> notReady(question, "gives no proper answer"));
                case PeerEndpoint.WRONG_SECRET -> {
                    LOG.warn("{}: has another cluster secret", host);
                    yield notReady(question, "has another cluster secret");
                }
                default -> {
                    LOG.warn("{}: answers {} to {}", host, status, PeerCodec.name(question));
                    yield notReady(question, "does not answer instances (status " + status + ")");
                }
            };
        }

        private <R> Answer<R> notReady(Question<R> question, String why) {
            return HttpPeers.notReady(host, question, why);
        }
    }

    /** An exchange with another instance. */
    @FunctionalInterface
    private interface Exchange<R> {
        Answer<R> run() throws IOException, InterruptedException, TimeoutException;
    }

    private static <T> T within(Duration bound, CompletableFuture<T> future)
            throws IOException, InterruptedException, TimeoutException {
        try {
            return future.get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            future.cancel(true);
        }
    }

    private static <R> R partial(Question<R> question, byte[] body) throws IOException {
        try {
            return PeerCodec.readPartial(question, body);
        } catch (IllegalArgumentException notOurs) {
            throw new IOException("not understood by this version", notOurs);
        }
    }

    private static <R> Answer<R> found(HttpResponse<?> response, R partial) {
        return response.headers()
                .firstValue(PeerEndpoint.LAG)
                .<Answer<R>>map(lag -> new Answer.Stale<>(partial, Long.parseLong(lag)))
                .orElseGet(() -> new Answer.Found<>(partial));
    }

    static <R> Answer<R> notReady(HostInfo host, Question<?> question, String why) {
        return new Answer.NotReady<>(
                "%s %s: %s:%d %s"
                        .formatted(
                                question.shard().words(),
                                question.of(),
                                host.host(),
                                host.port(),
                                why));
    }

    private static ScheduledThreadPoolExecutor lateCloser() {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("peer-bounds").factory());
        // An exchange that ends in time is let go of at once.
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("closed late", e);
        }
    }
}
