package tekton.budget.poller.source;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One document over HTTP, within bounds of size, time and attempts. What might pass is tried again:
 * no connection, no answer, an answer that breaks off, 429 and 5xx.
 */
final class Download {

    private static final String AGENT = "tekton-budget";

    private final URI address;
    private final int bytesMax;
    private final Patience patience;

    /**
     * A document.
     *
     * @param bytesMax the most bytes of it, before and after it is expanded
     */
    Download(URI address, int bytesMax, Patience patience) {
        this.address = address;
        this.bytesMax = bytesMax;
        this.patience = patience;
    }

    /** How a download ended. */
    sealed interface Result {}

    /** The document as it is now. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on at once, never compared.
    record Fresh(byte[] bytes, @Nullable String etag, @Nullable String lastModified)
            implements Result {}

    /** The document is what the tags stand for. */
    record NotModified() implements Result {}

    /** Nothing could be had; why, in one line. */
    record Failed(String why) implements Result {}

    /** How one attempt ended. */
    private sealed interface Attempt {}

    /** For good. */
    private record Over(Result result) implements Attempt {}

    /** With a failure that may pass. */
    private record Again(String why, Duration notBefore) implements Attempt {}

    /**
     * Asks for the document.
     *
     * @param etag the entity tag of the copy that is there; null when there is none
     * @param lastModified that copy's date as the source wrote it; null when there is none
     */
    Result get(@Nullable String etag, @Nullable String lastModified) throws InterruptedException {
        HttpClient client =
                HttpClient.newBuilder()
                        .connectTimeout(patience.attempt())
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .build();
        try {
            HttpRequest request = request(etag, lastModified);
            for (int failures = 0; ; ) {
                switch (attempt(client, request)) {
                    case Over(Result result) -> {
                        return result;
                    }
                    case Again(String why, Duration notBefore) -> {
                        failures++;
                        if (failures >= patience.attempts()
                                || notBefore.compareTo(patience.longestPause()) > 0) {
                            return new Failed(why);
                        }
                        Duration pause = patience.pauseAfter(failures, ThreadLocalRandom.current());
                        Thread.sleep(pause.compareTo(notBefore) > 0 ? pause : notBefore);
                    }
                }
            }
        } finally {
            client.shutdownNow();
        }
    }

    private HttpRequest request(@Nullable String etag, @Nullable String lastModified) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .timeout(patience.attempt())
                        .header("Accept", "application/json")
                        .header("Accept-Encoding", "gzip")
                        .header("User-Agent", AGENT);
        if (etag != null) {
            request.header("If-None-Match", etag);
        }
        if (lastModified != null) {
            request.header("If-Modified-Since", lastModified);
        }
        return request.build();
    }

    private Attempt attempt(HttpClient client, HttpRequest request) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), bytesMax));
        try {
            // The request's own timeout ends with the headers; a body may trickle for ever.
            return result(answer.get(patience.attempt().toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException slow) {
            return again("no whole answer within " + patience.attempt().toSeconds() + " s");
        } catch (ExecutionException failed) {
            return failure(failed.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private Attempt result(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status == 304) {
            return new Over(new NotModified());
        }
        if (status == 200) {
            try {
                return new Over(
                        new Fresh(
                                Gunzip.ifCompressed(response.body(), bytesMax),
                                header(response, "ETag"),
                                header(response, "Last-Modified")));
            } catch (IOException damaged) {
                return failed("cannot be expanded: " + damaged.getMessage());
            }
        }
        String why = "status %d (expected: 200)".formatted(status);
        return status == 429 || status >= 500 ? new Again(why, retryAfter(response)) : failed(why);
    }

    private Attempt failure(@Nullable Throwable why) {
        if (why instanceof ConnectException || why instanceof UnresolvedAddressException) {
            return again("cannot be reached at " + address.getHost());
        }
        if (why instanceof HttpTimeoutException) {
            return again("no answer within " + patience.attempt().toSeconds() + " s");
        }
        String said = String.valueOf(why == null ? null : why.getMessage());
        if (said.contains("capacity")) {
            return failed("more than %d bytes (expected: at most that many)".formatted(bytesMax));
        }
        return again("the answer broke off: " + said);
    }

    private static Over failed(String why) {
        return new Over(new Failed(why));
    }

    private static Again again(String why) {
        return new Again(why, Duration.ZERO);
    }

    private static @Nullable String header(HttpResponse<?> response, String name) {
        return response.headers()
                .firstValue(name)
                .filter(value -> value.length() <= 1_000)
                .orElse(null);
    }

    /** Seconds, as nearly everybody writes them; a date is as good as none. */
    private static Duration retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(Duration.ZERO);
    }
}
