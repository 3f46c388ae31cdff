package tekton.budget.api;

import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;

import tekton.budget.testbroker.Patience;

import tools.jackson.databind.JsonNode;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** OkHttp's client of server-sent events, and what it has heard. */
final class LiveStream extends EventSourceListener implements AutoCloseable {

    /** One event. */
    record Event(String id, String type, JsonNode data) {

        String alertId() {
            return data.get("alert_id").stringValue();
        }
    }

    final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> failure = new CompletableFuture<>();
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
    private final OkHttpClient http =
            new OkHttpClient.Builder().readTimeout(Patience.LIMIT).build();
    private final EventSource source;

    private LiveStream(Request request) {
        source = EventSources.createFactory(http).newEventSource(request, this);
    }

    /** A stream that has been answered, be it refused. */
    static LiveStream open(Api api, String path, String lastEventId) throws Exception {
        Request.Builder request = new Request.Builder().url(api.uri("http", path).toString());
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        LiveStream stream = new LiveStream(request.build());
        CompletableFuture.anyOf(stream.opened, stream.failure)
                .get(Patience.SECONDS, TimeUnit.SECONDS);
        return stream;
    }

    /** The next event. */
    Event next() throws Exception {
        Event event = events.poll(Patience.SECONDS, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event within " + Patience.SECONDS + " s");
        }
        return event;
    }

    /** The next event, which is of that type. */
    Event next(String type) throws Exception {
        Event event = next();
        if (!type.equals(event.type())) {
            throw new AssertionError(type + " expected: " + event);
        }
        return event;
    }

    @Override
    public void onOpen(EventSource from, Response response) {
        opened.complete(true);
    }

    @Override
    public void onEvent(EventSource from, String id, String type, String data) {
        events.add(new Event(id, type, Api.json(data)));
    }

    @Override
    public void onClosed(EventSource from) {
        closed.complete(true);
    }

    @Override
    public void onFailure(EventSource from, Throwable t, Response response) {
        failure.complete(response == null ? 0 : response.code());
    }

    @Override
    public void close() {
        source.cancel();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
