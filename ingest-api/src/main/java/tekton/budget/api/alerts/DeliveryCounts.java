package tekton.budget.api.alerts;

import org.jspecify.annotations.Nullable;

import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.Channel;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of the deliveries of alerts, as alerting has written it. Any thread. */
public final class DeliveryCounts {

    /** The most deliveries that are remembered as not done; beyond, the oldest are not told of. */
    static final int PENDING_MAX = 100_000;

    /** The kind of a channel that is not known here, or not any more. */
    public static final String UNKNOWN_KIND = "unknown";

    private final Map<Attempt, LongAdder> attempts = new ConcurrentHashMap<>();
    private final Set<String> pending = new LinkedHashSet<>();

    private record Attempt(String kind, boolean delivered) {}

    /** How many attempts there were, by the wire name of a channel's kind. */
    public long attempts(String kind, boolean delivered) {
        LongAdder count = attempts.get(new Attempt(kind, delivered));
        return count == null ? 0 : count.sum();
    }

    /** How many deliveries are not done. */
    public synchronized int pending() {
        return pending.size();
    }

    /** Something became of a delivery; a planned one without an attempt is none. */
    void attempted(Channel.@Nullable ChannelKind kind, Delivery delivery) {
        if (delivery.tries() > 0) {
            Attempt attempt =
                    new Attempt(
                            kind == null ? UNKNOWN_KIND : kind.wireName(),
                            delivery.state() == Delivery.DeliveryState.DELIVERED);
            attempts.computeIfAbsent(attempt, _ -> new LongAdder()).increment();
        }
    }

    /** How a delivery stands now. */
    synchronized void stands(Delivery delivery) {
        if (delivery.state() != Delivery.DeliveryState.PENDING) {
            pending.remove(delivery.deliveryId());
        } else if (pending.add(delivery.deliveryId()) && pending.size() > PENDING_MAX) {
            pending.remove(pending.iterator().next());
        }
    }
}
