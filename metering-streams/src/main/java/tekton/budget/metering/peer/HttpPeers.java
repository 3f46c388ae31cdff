package tekton.budget.metering.peer;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.share.Question;
import tekton.budget.metering.share.Question.RowCount;
import tekton.budget.value.Positions;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * The other instances, asked over HTTP at the port that they serve everybody on. Whatever goes
 * wrong on the way is "not ready", with the instance's name; every wait is bounded. Any thread.
 */
public final class HttpPeers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpPeers.class);

    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** What an answer may take beyond the time that its question may wait for a position. */
    private static final Duration ANSWER = Duration.ofSeconds(3);

    /** What many rows may take in all. */
    private static final Duration ROWS = Duration.ofSeconds(60);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final PeerSecret secret;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT)
                    .build();

    public HttpPeers(PeerSecret secret) {
        this.secret = secret;
    }

    /** An instance's share of an answer. */
    <R> Answer<R> ask(HostInfo host, Question<R> question) {
        return asking(
                host,
                question,
                () -> {
                    HttpResponse<byte[]> response = exchange(host, question);
                    return response.statusCode() == PeerDesk.FOUND
                            ? found(response, PeerCodec.readShare(question, response.body()))
                            : without(host, question, response.statusCode(), response.body());
                });
    }

    /**
     * Sends a question, and once more if the connection fails: one that was kept from before the
     * instance's restart is found out by using it.
     */
    private HttpResponse<byte[]> exchange(HostInfo host, Question<?> question)
            throws IOException, InterruptedException, TimeoutException {
        Duration bound = ANSWER.plus(question.after().patience());
        HttpRequest request = request(host, question);
        try {
            return within(bound, http.sendAsync(request, BodyHandlers.ofByteArray()));
        } catch (ConnectException nobody) {
            throw nobody;
        } catch (IOException broken) {
            LOG.debug("{}: asked again", host, broken);
            return within(bound, http.sendAsync(request, BodyHandlers.ofByteArray()));
        }
    }

    /** An instance's share of many rows. */
    Answer<RowCount> visit(
            HostInfo host, Question.OfRows question, BiConsumer<Bytes, byte[]> visitor) {
        return asking(
                host,
                question,
                () -> {
                    HttpResponse<InputStream> response =
                            within(
                                    ANSWER.plus(question.after().patience()),
                                    http.sendAsync(
                                            request(host, question), BodyHandlers.ofInputStream()));
                    try (InputStream body = response.body()) {
                        if (response.statusCode() != PeerDesk.FOUND) {
                            return without(
                                    host, question, response.statusCode(), body.readAllBytes());
                        }
                        // Reading has no bound of its own: an instance may freeze at any byte.
                        CompletableFuture<Void> late =
                                CompletableFuture.runAsync(
                                        () -> closeQuietly(body),
                                        CompletableFuture.delayedExecutor(
                                                ROWS.toMillis(), TimeUnit.MILLISECONDS));
                        try {
                            return RowFrames.read(
                                    new DataInputStream(new BufferedInputStream(body)), visitor);
                        } finally {
                            late.cancel(false);
                        }
                    }
                });
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /** An exchange with another instance. */
    @FunctionalInterface
    private interface Exchange<R> {
        Answer<R> run() throws IOException, InterruptedException, TimeoutException;
    }

    private static <R> Answer<R> asking(HostInfo host, Question<?> question, Exchange<R> exchange) {
        try {
            return exchange.run();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return notReady(host, question, "given up");
        } catch (TimeoutException frozen) {
            return notReady(host, question, "does not answer in time");
        } catch (IOException away) {
            LOG.debug("{}", host, away);
            return notReady(host, question, "does not answer");
        } catch (IllegalArgumentException notOurs) {
            LOG.warn("{}: answers what this version does not understand", host, notOurs);
            return notReady(host, question, "is of another version");
        }
    }

    private HttpRequest request(HostInfo host, Question<?> question) {
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://%s:%d%s%s"
                                        .formatted(
                                                host.host(),
                                                host.port(),
                                                PeerDesk.PATH,
                                                PeerCodec.name(question))))
                .header(PeerSecret.HEADER, secret.text())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(PeerCodec.write(question)))
                .build();
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

    private static <R> Answer<R> found(HttpResponse<?> response, R share) {
        return response.headers()
                .firstValue(PeerDesk.LAG)
                .<Answer<R>>map(lag -> new Answer.Stale<>(share, Long.parseLong(lag)))
                .orElseGet(() -> new Answer.Found<>(share));
    }

    private static <R> Answer<R> without(
            HostInfo host, Question<?> question, int status, byte[] body) {
        String words = new String(body, StandardCharsets.UTF_8);
        return switch (status) {
            case PeerDesk.UNKNOWN -> new Answer.Unknown<>();
            case PeerDesk.NOT_READY -> notReady(host, question, "is restoring or has moved it");
            case PeerDesk.NOT_REACHED ->
                    new Answer.NotReached<>(Positions.parse(words).orElse(Positions.NONE));
            case PeerDesk.WRONG_SECRET -> {
                LOG.warn("{}: has another cluster secret", host);
                yield notReady(host, question, "has another cluster secret");
            }
            default -> {
                LOG.warn("{}: answers {} to {}", host, status, PeerCodec.name(question));
                yield notReady(host, question, "does not answer instances (status " + status + ")");
            }
        };
    }

    private static <R> Answer<R> notReady(HostInfo host, Question<?> question, String why) {
        return new Answer.NotReady<>(
                RETRY_AFTER,
                "%s %s: %s:%d %s"
                        .formatted(
                                question.stage().words(),
                                question.of(),
                                host.host(),
                                host.port(),
                                why));
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("closed late", e);
        }
    }
}
