package tekton.budget.alerting.deliver;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.Channel;
import tekton.budget.alerting.deliver.ChannelQueue.Due;
import tekton.budget.event.BudgetEvent;
import tekton.budget.ledger.Metadata;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Every delivery that is not done, in the queue of its channel. What is planned is kept in Kafka
 * before it is started here, so that nothing is lost with the process. Thread-safe.
 */
public final class Deliveries implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    /** How long a target may take. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int TESTS_AT_A_TIME = 4;

    private final Channels channels;
    private final Records records;
    private final Attempts attempts;
    private final Deliverer deliverer;
    private final InstantSource clock;
    private final Map<String, ChannelQueue> queues = new ConcurrentHashMap<>();
    private final Set<Integer> partitions = ConcurrentHashMap.newKeySet();
    private final Semaphore tests = new Semaphore(TESTS_AT_A_TIME);

    public Deliveries(
            Channels channels,
            Records records,
            Attempts attempts,
            boolean privateTargetsAllowed,
            InstantSource clock) {
        this.channels = channels;
        this.records = records;
        this.attempts = attempts;
        this.clock = clock;
        deliverer = new Deliverer(privateTargetsAllowed, TIMEOUT);
    }

    /** Deliveries of a new event, one for each channel that takes it; not started. */
    public List<Delivery> plan(BudgetEvent event) {
        long nowMs = clock.millis();
        return channels.taking(event).stream()
                .map(channel -> Attempts.planned(event, channel.channelId(), "", nowMs))
                .toList();
    }

    /** Another delivery of an event to one channel, asked for by a request; not started. */
    public Delivery planAgain(BudgetEvent event, Channel channel, String requestId) {
        return Attempts.planned(event, channel.channelId(), '/' + requestId, clock.millis());
    }

    /** Begins with a partition: its deliveries are looked after here. */
    public void take(int partition) {
        partitions.add(partition);
    }

    /** Others look after that partition now. */
    public void drop(int partition) {
        partitions.remove(partition);
        queues.values().forEach(queue -> queue.drop(partition));
    }

    /** Starts a delivery that is kept. When its queue is full it has failed, which is kept too. */
    public void start(int partition, Delivery delivery) {
        Long nextAtMs = delivery.nextAtMs();
        long inMs = nextAtMs == null ? 0 : nextAtMs - clock.millis();
        boolean taken =
                queues.computeIfAbsent(
                                delivery.channelId(), id -> new ChannelQueue(id, this::attempt))
                        .offer(Due.in(inMs, partition, delivery));
        if (!taken) {
            failed(partition, delivery, ChannelQueue.MAX + " deliveries wait for this channel");
        }
    }

    /**
     * Delivers a test event now, once.
     *
     * @param then hears how that went, on another thread
     * @return false when too many are tried out already
     */
    public boolean test(Channel channel, Consumer<Tested> then) {
        if (!tests.tryAcquire()) {
            return false;
        }
        Thread.ofPlatform()
                .daemon()
                .name("test-" + channel.channelId())
                .start(
                        () -> {
                            try {
                                then.accept(tested(channel));
                            } finally {
                                tests.release();
                            }
                        });
        return true;
    }

    /** How a test went. */
    public record Tested(boolean taken, String message) {}

    @Override
    public void close() {
        queues.values().forEach(ChannelQueue::close);
        deliverer.close();
    }

    private Tested tested(Channel channel) {
        long nowMs = clock.millis();
        BudgetEvent event =
                new BudgetEvent(
                        UUID.randomUUID().toString(),
                        BudgetEvent.Type.TEST,
                        BudgetEvent.Severity.INFO,
                        null,
                        null,
                        null,
                        "Test of channel " + channel.name(),
                        "Somebody tries out whether budget events arrive here.",
                        Metadata.NONE,
                        Instant.ofEpochMilli(nowMs));
        DeliveryResult result = deliverer.deliver(channel, event, nowMs);
        return new Tested(result.verdict() == DeliveryResult.NextStep.TAKEN, result.message());
    }

    private Due attempt(Due due) {
        Delivery delivery = due.delivery();
        Channel channel = channels.find(delivery.channelId()).orElse(null);
        BudgetEvent event = delivery.event();
        if (channel == null || !channel.enabled() || event == null) {
            String why = channel == null ? "there is no such channel" : "the channel is disabled";
            return new Due(due.partition(), failed(due.partition(), delivery, why), due.nanos());
        }
        DeliveryResult result = deliverer.deliver(channel, event, clock.millis());
        long nowMs = clock.millis();
        Delivery next = attempts.after(delivery, result, nowMs, RandomGenerator.getDefault());
        if (result.verdict() == DeliveryResult.NextStep.GONE) {
            disable(channel, result.message(), nowMs);
        }
        if (!partitions.contains(due.partition())) {
            // Whoever looks after it now tries it too, and keeps what comes of that.
            return new Due(due.partition(), ended(delivery), due.nanos());
        }
        records.keep(due.partition(), next);
        Long nextAtMs = next.nextAtMs();
        return Due.in(nextAtMs == null ? 0 : nextAtMs - nowMs, due.partition(), next);
    }

    /** Unless somebody has changed or removed it meanwhile: then what was told is about another. */
    private void disable(Channel channel, String why, long nowMs) {
        if (!channels.find(channel.channelId()).equals(Optional.of(channel))) {
            return;
        }
        LOG.warn("Channel {} is disabled: {}", channel.channelId(), why);
        Channel disabled = channel.disabled(why, nowMs);
        channels.put(disabled);
        records.keep(disabled);
    }

    private Delivery failed(int partition, Delivery delivery, String why) {
        Delivery failed =
                new Attempts(1, Duration.ZERO)
                        .after(
                                delivery,
                                new DeliveryResult(DeliveryResult.NextStep.GONE, null, why),
                                clock.millis(),
                                RandomGenerator.getDefault());
        records.keep(partition, failed);
        return failed;
    }

    private static Delivery ended(Delivery delivery) {
        return new Delivery(
                delivery.deliveryId(),
                delivery.eventId(),
                delivery.channelId(),
                null,
                Delivery.DeliveryState.FAILED,
                delivery.attempts(),
                delivery.tries(),
                null);
    }
}
