package tekton.budget.poller.source;

import org.jspecify.annotations.Nullable;

import tekton.budget.outbound.BoundedExchange;
import tekton.budget.outbound.OutboundException;
import tekton.budget.outbound.OutboundRequest;
import tekton.budget.outbound.OutboundResponse;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One document over HTTP, within bounds of size, time and attempts. What might pass is tried again:
 * no connection, no answer, an answer that breaks off, 429 and 5xx.
 */
final class Download {

    private static final String AGENT = "tekton-budget";

    private final URI address;
    private final int bytesMax;
    private final DownloadTimeouts timeouts;

    /**
     * A document.
     *
     * @param bytesMax the most bytes of it, before and after it is expanded
     */
    Download(URI address, int bytesMax, DownloadTimeouts timeouts) {
        this.address = address;
        this.bytesMax = bytesMax;
        this.timeouts = timeouts;
    }

    /** How a download ended. */
    sealed interface DownloadResult {}

    /** The document as it is now. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on at once, never compared.
    record Fresh(byte[] bytes, @Nullable String etag, @Nullable String lastModified)
            implements DownloadResult {}

    /** The document is what the tags stand for. */
    record NotModified() implements DownloadResult {}

    /** Nothing could be had; why, in one line. */
    record Failed(String why) implements DownloadResult {}

    /** How one attempt ended. */
    private sealed interface AttemptEnd {}

    /** For good. */
    private record Over(DownloadResult ending) implements AttemptEnd {}

    /** With a failure that may pass. */
    private record Again(String why, Duration notBefore) implements AttemptEnd {}

    /**
     * Asks for the document.
     *
     * @param etag the entity tag of the copy that is there; null when there is none
     * @param lastModified that copy's date as the source wrote it; null when there is none
     */
    DownloadResult get(@Nullable String etag, @Nullable String lastModified)
            throws InterruptedException {
        try (BoundedExchange exchange = BoundedExchange.toConfigured(timeouts.attempt(), true)) {
            OutboundRequest request = request(etag, lastModified);
            for (int failures = 0; ; ) {
                switch (attempt(exchange, request)) {
                    case Over(DownloadResult ending) -> {
                        return ending;
                    }
                    case Again(String why, Duration notBefore) -> {
                        failures++;
                        if (failures >= timeouts.attempts()
                                || notBefore.compareTo(timeouts.longestPause()) > 0) {
                            return new Failed(why);
                        }
                        Duration pause = timeouts.pauseAfter(failures, ThreadLocalRandom.current());
                        Thread.sleep(pause.compareTo(notBefore) > 0 ? pause : notBefore);
                    }
                }
            }
        }
    }

    private OutboundRequest request(@Nullable String etag, @Nullable String lastModified) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Accept", "application/json");
        headers.put("Accept-Encoding", "gzip");
        headers.put("User-Agent", AGENT);
        if (etag != null) {
            headers.put("If-None-Match", etag);
        }
        if (lastModified != null) {
            headers.put("If-Modified-Since", lastModified);
        }
        return OutboundRequest.get(address, headers, bytesMax);
    }

    private AttemptEnd attempt(BoundedExchange exchange, OutboundRequest request)
            throws InterruptedException {
        try {
            return end(exchange.send(request));
        } catch (OutboundException none) {
            String why = String.valueOf(none.getMessage());
            return switch (none.reason()) {
                case TOO_LARGE, REFUSED -> failed(why);
                case UNREACHABLE, TIMEOUT -> new Again(why, Duration.ZERO);
                case BROKEN -> new Again("the answer broke off: " + why, Duration.ZERO);
            };
        }
    }

    private AttemptEnd end(OutboundResponse response) {
        int status = response.status();
        if (status == 304) {
            return new Over(new NotModified());
        }
        if (status == 200) {
            try {
                return new Over(
                        new Fresh(
                                FileBytes.expanded(response.body()),
                                shortHeader(response, "etag"),
                                shortHeader(response, "last-modified")));
            } catch (IOException damaged) {
                return failed("cannot be expanded: " + damaged.getMessage());
            }
        }
        String why = "status %d (expected: 200)".formatted(status);
        return status == 429 || status >= 500 ? new Again(why, retryAfter(response)) : failed(why);
    }

    private static Over failed(String why) {
        return new Over(new Failed(why));
    }

    private static @Nullable String shortHeader(OutboundResponse response, String name) {
        String value = response.header(name);
        return value != null && value.length() <= 1_000 ? value : null;
    }

    /** Seconds, as nearly everybody writes them; a date is as good as none. */
    private static Duration retryAfter(OutboundResponse response) {
        String value = response.header("retry-after");
        return value != null && value.matches("\\d{1,6}")
                ? Duration.ofSeconds(Long.parseLong(value))
                : Duration.ZERO;
    }
}
