package tekton.budget.api.registry;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.outbound.BoundedExchange;
import tekton.budget.outbound.OutboundException;
import tekton.budget.outbound.OutboundRequest;
import tekton.budget.outbound.OutboundResponse;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Calls to Hermes over HTTP. Whatever it answers, or does not, is an outcome within a bound of
 * time; redirects are not followed, and of an answer only so much is read.
 */
final class HermesCalls implements AutoCloseable {

    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    /** Each entry of the list has its metadata with it. */
    private static final int LIST_BYTES_MAX = 1024 * 1024;

    private static final String TOOLS = "/mcp/v2/tools";

    private static final Map<String, String> HEADERS =
            Map.of("Accept", "application/json", "User-Agent", "tekton-budget");

    private static final String TOKEN = "X-Authentication-Token";

    private final HermesAddress address;
    private final Supplier<String> health;
    private final Duration timeout;
    private final BoundedExchange exchange;

    /**
     * Calls to one Hermes.
     *
     * @param health how this service is doing, one word
     * @param timeout how long one call may take
     */
    HermesCalls(HermesAddress address, Supplier<String> health, Duration timeout) {
        this.address = address;
        this.health = health;
        this.timeout = timeout;
        exchange = BoundedExchange.toConfigured(timeout, false);
    }

    /** Makes the call and waits for its end. */
    HermesOutcome perform(Step step, Announcement announcement) throws InterruptedException {
        try {
            OutboundResponse answer = exchange.send(request(step, announcement));
            return HermesAnswer.read(step, answer.status(), answer.body());
        } catch (OutboundException none) {
            return HermesOutcome.of(HermesOutcome.CallResult.FAILED, why(none));
        }
    }

    /** Makes the call without waiting. */
    CompletableFuture<?> begin(Step step, Announcement announcement) {
        return exchange.begin(request(step, announcement));
    }

    /**
     * Puts a tool on Hermes' list.
     *
     * @return what Hermes calls it; null if it has not taken it
     */
    @Nullable String announced(HermesTool tool, URI endpoint)
            throws OutboundException, InterruptedException {
        byte[] body =
                new JsonBytes(1_024)
                        .open('{')
                        .property("name", tool.name())
                        .property("description", tool.description())
                        .propertyRaw("schema", tool.schema())
                        .property("endpoint", endpoint + tool.path())
                        .propertyRaw("tags", "[\"budget\"]")
                        .propertyRaw("metadata", "{\"component\":\"budget\"}")
                        .close('}')
                        .toByteArray();
        OutboundResponse answer =
                exchange.send(
                        OutboundRequest.post(address.at(TOOLS), HEADERS, body, ANSWER_BYTES_MAX));
        return HermesAnswer.toolId(answer.status(), answer.body());
    }

    /** Takes a tool off the list; that it is there no more is as good. */
    void withdrawn(String id) throws OutboundException, InterruptedException {
        var _ = exchange.send(withdrawal(id));
    }

    /** The same without waiting. */
    CompletableFuture<?> withdraw(String id) {
        return exchange.begin(withdrawal(id));
    }

    private OutboundRequest withdrawal(String id) {
        return OutboundRequest.delete(address.at(TOOLS + '/' + encoded(id)), HEADERS);
    }

    private OutboundRequest request(Step step, Announcement announcement) {
        return switch (step.task()) {
            case REGISTER -> post(step, step.family().path("register"), announcement.body());
            case HEARTBEAT -> post(step, step.family().path("heartbeat"), heartbeat(step));
            case LOOK ->
                    OutboundRequest.get(address.at("/components"), headers(step), LIST_BYTES_MAX);
            case UNREGISTER ->
                    post(
                            step,
                            step.family().path("unregister")
                                    + "?component_id="
                                    + encoded(step.componentId()),
                            id(step).close('}').toByteArray());
        };
    }

    private OutboundRequest post(Step step, String path, byte[] body) {
        return OutboundRequest.post(address.at(path), headers(step), body, ANSWER_BYTES_MAX);
    }

    private static Map<String, String> headers(Step step) {
        Map<String, String> headers = new HashMap<>(HEADERS);
        if (step.token() != null && step.task() != Step.CallPurpose.REGISTER) {
            headers.put(TOKEN, step.token());
        }
        return headers;
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

    /** Messages may repeat what Hermes sent, so they stay out. */
    private String why(OutboundException none) {
        return switch (none.reason()) {
            case UNREACHABLE -> "cannot be connected to";
            case TIMEOUT -> "gave no whole answer within " + timeout.toMillis() + " ms";
            case REFUSED, TOO_LARGE, BROKEN -> "gave no proper answer (" + none.reason() + ")";
        };
    }

    @Override
    public void close() {
        exchange.close();
    }
}
