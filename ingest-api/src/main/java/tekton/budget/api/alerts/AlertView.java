package tekton.budget.api.alerts;

import org.jspecify.annotations.Nullable;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.AlertOutcome.Acknowledged;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.RequestAnswered;
import tekton.budget.alert.AlertOutcome.Snoozed;
import tekton.budget.alert.Channel;
import tekton.budget.event.BudgetEvent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The newest {@value #EVENTS_MAX} budget events and what became of them, and the channels.
 * Thread-safe.
 */
final class AlertView {

    /** The most events that are kept here; older ones stay in the topic only. */
    static final int EVENTS_MAX = 10_000;

    /** The most deliveries that are kept, of all events: each holds its attempts. */
    static final int DELIVERIES_MAX = 20_000;

    /** The most deliveries of an event that are told, its last: resending makes more. */
    static final int DELIVERIES_TOLD = 1_000;

    private static final Comparator<Alert> NEWEST_FIRST =
            Comparator.comparing((Alert alert) -> alert.event().at())
                    .reversed()
                    .thenComparing(alert -> alert.event().eventId());

    // All guarded by this.
    private final Map<String, Alert> alerts = new HashMap<>();
    private final NavigableSet<Alert> newestFirst = new TreeSet<>(NEWEST_FIRST);
    private final Map<String, Acknowledged> seen = bounded(EVENTS_MAX);
    private final Map<String, Long> putOff = bounded(EVENTS_MAX);
    private final Map<String, Delivery> deliveries = bounded(DELIVERIES_MAX);
    private final Map<String, Channel> channels = new TreeMap<>();

    /** Takes up an event. */
    synchronized void put(BudgetEvent event, int partition) {
        keep(event, partition);
        if (newestFirst.size() > EVENTS_MAX) {
            // By its own time: partitions are read side by side, one further back than another.
            alerts.remove(newestFirst.removeLast().event().eventId());
        }
        notifyAll();
    }

    /** With what is known of it by now. */
    private void keep(BudgetEvent event, int partition) {
        String id = event.eventId();
        Alert alert = new Alert(event, partition, seen.get(id), putOff.get(id));
        Alert before = alerts.put(id, alert);
        if (before != null) {
            newestFirst.remove(before);
        }
        newestFirst.add(alert);
    }

    /** Takes up what became of something. */
    synchronized void put(AlertOutcome outcome) {
        switch (outcome) {
            case Acknowledged known -> {
                seen.put(known.eventId(), known);
                renew(known.eventId());
            }
            case Snoozed(String eventId, Long untilMs, long _) -> {
                if (untilMs == null) {
                    putOff.remove(eventId);
                } else {
                    putOff.put(eventId, untilMs);
                }
                renew(eventId);
            }
            case Delivery delivery ->
                    deliveries.put(delivery.deliveryId(), delivery.withoutEvent());
            case RequestAnswered _ -> {
                // Nobody looks for it here.
            }
        }
        notifyAll();
    }

    private void renew(String eventId) {
        Alert alert = alerts.get(eventId);
        if (alert != null) {
            keep(alert.event(), alert.partition());
        }
    }

    /** Takes up a channel. */
    synchronized void put(Channel channel) {
        channels.put(channel.channelId(), channel);
        notifyAll();
    }

    /** Takes up that there is no such channel any more. */
    synchronized void removeChannel(String channelId) {
        channels.remove(channelId);
        notifyAll();
    }

    /** The events that match, newest first. */
    synchronized List<Alert> find(Predicate<Alert> filter) {
        return newestFirst.stream().filter(filter).toList();
    }

    synchronized Optional<Alert> find(String eventId) {
        return Optional.ofNullable(alerts.get(eventId));
    }

    /** The deliveries of an event, in the order in which they were first heard of. */
    synchronized List<Delivery> deliveries(String eventId) {
        List<Delivery> of =
                deliveries.values().stream()
                        .filter(delivery -> delivery.eventId().equals(eventId))
                        .toList();
        return of.subList(Math.max(0, of.size() - DELIVERIES_TOLD), of.size());
    }

    /** Every channel, by id. */
    synchronized List<Channel> channels() {
        return new ArrayList<>(channels.values());
    }

    synchronized Optional<Channel> channel(String channelId) {
        return Optional.ofNullable(channels.get(channelId));
    }

    /**
     * Waits until there is something.
     *
     * @return it, or null if it was not there in time
     */
    synchronized <T> @Nullable T await(Supplier<@Nullable T> wanted, Duration timeout)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        T found = wanted.get();
        while (found == null) {
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return null;
            }
            wait(leftMs);
            found = wanted.get();
        }
        return found;
    }

    private static <V> Map<String, V> bounded(int max) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > max;
            }
        };
    }
}
