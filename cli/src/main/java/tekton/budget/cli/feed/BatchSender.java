package tekton.budget.cli.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.cli.call.ApiAnswer;
import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Sends a batch until it is durable. Lost connections and answers that say "later" are repeated,
 * for a bounded time: every record has its id. Threads may share one.
 */
final class BatchSender {

    private static final String PATH = "/api/usage/batch";
    private static final Map<String, String> HEADERS =
            Map.of("Content-Type", "application/x-ndjson");
    private static final long PAUSE_MIN_MS = 200;
    private static final long PAUSE_MAX_MS = 10_000;

    private final ApiClient client;
    private final Duration patience;

    /**
     * @param patience how long a batch is repeated from its first failure on
     */
    BatchSender(ApiClient client, Duration patience) {
        this.client = client;
        this.patience = patience;
    }

    /**
     * The answer: what was accepted and what was refused.
     *
     * @throws CliFailure when it is not accepted in time, or never will be
     */
    JsonTree send(byte[] body) throws InterruptedException {
        long deadline = 0;
        long pause = PAUSE_MIN_MS;
        while (true) {
            CliFailure failure;
            @Nullable String after = null;
            try {
                ApiAnswer answer = client.exchange("POST", PATH, HEADERS, body);
                if (answer.status() == 200) {
                    return answer.json();
                }
                failure = answer.failure();
                after = answer.header("retry-after");
                if (!isTemporary(answer.status())) {
                    throw failure;
                }
            } catch (IOException lost) {
                failure =
                        new CliFailure(
                                ExitCode.FAILED,
                                client.url()
                                        + ": "
                                        + lost.getMessage()
                                        + " (expected: an answer of Budget)",
                                lost,
                                List.of());
            }
            long now = System.nanoTime();
            if (deadline == 0) {
                deadline = now + patience.toNanos();
            }
            long wait = Math.max(pause, millis(after));
            if (now + wait * 1_000_000 > deadline) {
                throw failure;
            }
            Thread.sleep(wait);
            pause = Math.min(PAUSE_MAX_MS, pause * 2);
        }
    }

    private static boolean isTemporary(int status) {
        return status == 408 || status == 429 || status >= 500;
    }

    private static long millis(@Nullable String seconds) {
        try {
            return seconds == null ? 0 : Math.min(PAUSE_MAX_MS, Long.parseLong(seconds) * 1_000);
        } catch (NumberFormatException aDate) {
            return 0;
        }
    }
}
