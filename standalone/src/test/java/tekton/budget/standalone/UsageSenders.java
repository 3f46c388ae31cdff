package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import tekton.budget.testbroker.Patience;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that report usage one record after the other until they are no longer answered 201. */
final class UsageSenders {

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final List<Thread> senders = new ArrayList<>();

    UsageSenders(String address, int count) {
        for (int i = 0; i < count; i++) {
            HttpRequest report =
                    HttpRequest.newBuilder(URI.create(address + "/api/usage/record"))
                            .timeout(Patience.LIMIT)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(record("stopping-" + i)))
                            .build();
            senders.add(Thread.ofVirtual().start(() -> send(report)));
        }
    }

    private static String record(String context) {
        return "{\"context_id\": \""
                + context
                + "\", \"component\": \"stopping\", \"provider\": \"local\", \"model\": \"none\","
                + " \"input_tokens\": 1, \"output_tokens\": 1}";
    }

    private void send(HttpRequest report) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (client.send(report, BodyHandlers.discarding()).statusCode() == 201) {
                acknowledged.incrementAndGet();
            }
        } catch (IOException ended) {
            // Stopped in the middle of a request: not acknowledged.
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    void awaitAcknowledged(int records) {
        Patience.await(() -> acknowledged.get() >= records);
    }

    /** How many were acknowledged in all, once every sender has been turned away. */
    int awaitEnd() throws InterruptedException {
        for (Thread sender : senders) {
            assertThat(sender.join(Patience.LIMIT)).isTrue();
        }
        return acknowledged.get();
    }
}
