package tekton.budget.api.hermes;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Calls to Hermes over HTTP. Whatever it answers, or does not, is an outcome within a bound of
 * time; redirects are not followed, and of an answer only so much is read.
 */
final class HermesCalls implements AutoCloseable {

    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    /** Each entry of the list has its metadata with it. */
    private static final int LIST_BYTES_MAX = 1024 * 1024;

    private static final String TOKEN = "X-Authentication-Token";

    private final HermesAddress address;
    private final Supplier<String> health;
    private final Duration patience;
    private final HttpClient client;

    /**
     * Calls to one Hermes.
     *
     * @param health how this service is doing, one word
     * @param patience how long one call may take
     */
    HermesCalls(HermesAddress address, Supplier<String> health, Duration patience) {
        this.address = address;
        this.health = health;
        this.patience = patience;
        client =
                HttpClient.newBuilder()
                        // Python's servers complain of the offer to speak HTTP/2.
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(patience)
                        .build();
    }

    /** Makes the call and waits for its end. */
    Outcome perform(Step step, Announcement announcement) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> call = begin(step, announcement);
        try {
            // The request's own timeout ends with the headers; a body may trickle for ever.
            HttpResponse<byte[]> answer = call.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return Answer.read(step, answer.statusCode(), answer.body());
        } catch (TimeoutException slow) {
            return failed("gave no whole answer within " + patience.toMillis() + " ms");
        } catch (ExecutionException broken) {
            return failed(why(broken.getCause()));
        } finally {
            call.cancel(true);
        }
    }

    /** Makes the call without waiting. */
    CompletableFuture<HttpResponse<byte[]>> begin(Step step, Announcement announcement) {
        int bytesMax = step.task() == Step.Task.LOOK ? LIST_BYTES_MAX : ANSWER_BYTES_MAX;
        return client.sendAsync(request(step, announcement), successful(bytesMax));
    }

    private HttpRequest request(Step step, Announcement announcement) {
        HttpRequest.Builder request =
                switch (step.task()) {
                    case REGISTER -> post(step.family().path("register"), announcement.body());
                    case HEARTBEAT -> post(step.family().path("heartbeat"), heartbeat(step));
                    case LOOK -> to("/components").GET();
                    case UNREGISTER ->
                            post(
                                    step.family().path("unregister")
                                            + "?component_id="
                                            + encoded(step.componentId()),
                                    id(step).close('}').toByteArray());
                };
        if (step.token() != null && step.task() != Step.Task.REGISTER) {
            request.header(TOKEN, step.token());
        }
        return request.build();
    }

    private HttpRequest.Builder post(String path, byte[] body) {
        return to(path).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
    }

    private HttpRequest.Builder to(String path) {
        URI uri = address.at(path);
        return HttpRequest.newBuilder(uri)
                .timeout(patience)
                .header("Accept", "application/json")
                .header("User-Agent", "tekton-budget");
    }

    private byte[] heartbeat(Step step) {
        JsonBytes json = id(step);
        if (step.textStatus()) {
            json.property("status", health.get());
        } else {
            json.name("status").open('{').property("health", health.get()).close('}');
        }
        return json.close('}').toByteArray();
    }

    private static JsonBytes id(Step step) {
        return new JsonBytes(128).open('{').property("component_id", step.componentId());
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    /** The body of an answer of success; of any other, nothing is read. */
    private static HttpResponse.BodyHandler<byte[]> successful(int bytesMax) {
        HttpResponse.BodyHandler<byte[]> whole =
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), bytesMax);
        return head ->
                head.statusCode() / 100 == 2
                        ? whole.apply(head)
                        : BodySubscribers.mapping(
                                BodySubscribers.ofInputStream(), HermesCalls::nothing);
    }

    private static byte[] nothing(InputStream body) {
        try (body) {
            return new byte[0];
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
    }

    private static Outcome failed(String why) {
        return Outcome.of(Outcome.Result.FAILED, why);
    }

    /** Messages may repeat what Hermes sent, so they stay out. */
    private static String why(@Nullable Throwable failure) {
        return failure instanceof ConnectException
                ? "cannot be connected to"
                : "gave no proper answer (" + name(failure) + ")";
    }

    private static String name(@Nullable Throwable failure) {
        return failure == null ? "unknown" : failure.getClass().getSimpleName();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
