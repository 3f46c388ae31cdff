package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.fair.CallerTurns;
import tekton.budget.api.fair.CallerTurns.TurnOutcome;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;

/**
 * This service's own HTTP API, asked over HTTP with the key of who asks the tool. So scopes, keys
 * of one budget, checks, rates and the audit are the API's own, and no tool can do more than its
 * caller. The client is made at the first call: who uses no tools pays nothing. Thread-safe.
 */
final class OwnApi implements AutoCloseable {

    /** How many requests of tools are on their way at once. */
    static final int CALLS_MAX = 32;

    /** How many of them are one caller's. */
    static final int CALLS_OF_CALLER_MAX = 8;

    /** What is read of an answer. */
    static final int ANSWER_BYTES_MAX = 4 * 1024 * 1024;

    private static final Duration TURN_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final CallerTurns turns = new CallerTurns(CALLS_MAX, CALLS_OF_CALLER_MAX, CALLS_MAX);
    private final @Nullable SSLContext tls;
    private @Nullable HttpClient client;
    private boolean closed;

    /**
     * The API of this instance.
     *
     * @param tls by what it is asked over TLS; null where it serves plain HTTP
     */
    OwnApi(@Nullable SSLContext tls) {
        this.tls = tls;
    }

    private synchronized HttpClient client() throws ToolRefusedException {
        if (closed) {
            throw unavailable("Budget is stopping.");
        }
        if (client == null) {
            HttpClient.Builder builder =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            // No proxy of the environment has to do with this machine's loopback.
                            .proxy(HttpClient.Builder.NO_PROXY)
                            .connectTimeout(CONNECT_TIMEOUT)
                            .executor(Executors.newVirtualThreadPerTaskExecutor());
            client = tls == null ? builder.build() : builder.sslContext(tls).build();
        }
        return client;
    }

    /**
     * Asks, and waits for the answer, until the caller's time is over.
     *
     * @param path with its query, encoded
     * @param body null for a GET
     * @param headers more of them, by name
     * @throws ToolRefusedException if no answer came, for whatever reason
     */
    OwnAnswer ask(
            ApiCaller caller, String path, @Nullable ObjectNode body, Map<String, String> headers)
            throws ToolRefusedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address(caller, path)).header("Accept", "application/json");
        caller.key().forEach(request::header);
        headers.forEach(request::header);
        if (body != null) {
            request.header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(McpJson.bytes(body)));
        }
        try {
            long left = caller.nanosLeft();
            if (left <= 0) {
                throw late();
            }
            if (turns.take(caller.id(), Math.min(left, TURN_TIMEOUT.toNanos()))
                    != TurnOutcome.TAKEN) {
                throw new ToolRefusedException(
                        429, "Too many tools are at work. Call again in a few seconds.");
            }
            try {
                return send(client(), request.build(), caller.nanosLeft());
            } finally {
                turns.back(caller.id());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unavailable("Budget is stopping.");
        }
    }

    private static OwnAnswer send(HttpClient http, HttpRequest request, long nanos)
            throws ToolRefusedException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(
                        request,
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        try {
            return read(answer.get(nanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            throw late();
        } catch (ExecutionException failed) {
            if (Objects.requireNonNull(failed.getCause()) instanceof IOException broken
                    && String.valueOf(broken.getMessage()).contains("exceeds capacity")) {
                throw tooLong();
            }
            throw unavailable("Budget could not ask itself. Call again in a few seconds.");
        } finally {
            answer.cancel(true);
        }
    }

    private static ToolRefusedException late() {
        return new ToolRefusedException(
                504,
                "No answer came within %d s. What was asked may be done all the same: repeat"
                                .formatted(ApiCaller.TIMEOUT.toSeconds())
                        + " it with the same id.");
    }

    private static ToolRefusedException tooLong() {
        return new ToolRefusedException(
                422,
                "The answer is too long to be read here. Ask for less: a shorter time, more"
                        + " filters, fewer fields to group by.");
    }

    private static OwnAnswer read(HttpResponse<byte[]> answer) throws ToolRefusedException {
        JsonNode body = McpJson.read(answer.body());
        if (body == null) {
            throw unavailable("Budget answered something that cannot be read.");
        }
        return new OwnAnswer(
                answer.statusCode(),
                body,
                answer.headers().firstValue("Budget-Position").orElse(null),
                answer.headers().firstValue("Idempotent-Replayed").isPresent(),
                answer.headers().firstValue("Retry-After").orElse(null));
    }

    private static ToolRefusedException unavailable(String why) {
        return new ToolRefusedException(503, why);
    }

    private URI address(ApiCaller caller, String path) {
        try {
            String origin =
                    new URI(
                                    tls == null ? "http" : "https",
                                    null,
                                    caller.host(),
                                    caller.port(),
                                    null,
                                    null,
                                    null)
                            .toString();
            return URI.create(origin + path);
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException("an address that is none", impossible);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.shutdownNow();
        }
    }
}
