package tekton.budget.metering.limits;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.Policy;
import tekton.budget.topic.Topics;
import tekton.budget.value.CellWidth;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Reads what the ledger says of budgets from its beginning and on, in one thread. A plain consumer
 * rather than a global store: the look-ups happen for every record, and every context of every
 * commit.
 */
public final class BudgetFeed implements SessionLimits, CellWidths, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BudgetFeed.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration END_WAIT = Duration.ofSeconds(5);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
    private static final long RETRY_MS = 1_000;

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<String, List<Policy>> byBudget = new ConcurrentHashMap<>();
    private final Map<String, CellWidth> widths = new ConcurrentHashMap<>();
    private final CountDownLatch readOnce = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Begins to read; the consumer becomes this feed's own.
     *
     * @param partitions how many partitions the topic has
     */
    public BudgetFeed(Consumer<byte[], byte[]> consumer, int partitions) {
        this.consumer = consumer;
        this.partitions =
                IntStream.range(0, partitions)
                        .mapToObj(n -> new TopicPartition(Topics.SESSION_LIMITS.name(), n))
                        .toList();
        thread = Thread.ofPlatform().name("budget-feed").daemon().start(this::run);
    }

    /**
     * Waits until the topic has been read to its end once.
     *
     * @throws IllegalStateException if that takes longer
     */
    public void awaitRead(Duration patience) throws InterruptedException {
        if (!readOnce.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                    Topics.SESSION_LIMITS.name()
                            + ": not read within "
                            + patience.toSeconds()
                            + " s");
        }
    }

    @Override
    public List<Policy> of(String budgetId) {
        return byBudget.getOrDefault(budgetId, List.of());
    }

    @Override
    public CellWidth widthOf(String budgetId) {
        return widths.getOrDefault(budgetId, CellWidth.FINEST);
    }

    /** Ends the thread and closes the consumer; waits for it, bounded. */
    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            thread.join(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> missing = new HashMap<>();
            while (closing.getCount() > 0) {
                try {
                    if (readOnce.getCount() > 0 && missing.isEmpty()) {
                        missing.putAll(consumer.endOffsets(partitions, END_WAIT));
                    }
                    consumer.poll(POLL).forEach(this::take);
                    missing.entrySet()
                            .removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
                    if (missing.isEmpty()) {
                        readOnce.countDown();
                    }
                } catch (KafkaException e) {
                    pause(e);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void pause(KafkaException failure) throws InterruptedException {
        if (!(failure instanceof WakeupException)
                && !closing.await(RETRY_MS, TimeUnit.MILLISECONDS)) {
            LOG.warn("{}: {}; tried again", Topics.SESSION_LIMITS.name(), failure.getMessage());
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.value() != null) {
                take(LedgerCodec.readEvent(record.value()));
            }
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "{}-{}: record {}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }

    private void take(LedgerEvent event) {
        if (event instanceof PolicyDefined defined) {
            Policy policy = defined.policy();
            byBudget.merge(policy.budgetId(), List.of(policy), BudgetFeed::replaced);
        } else if (event instanceof BudgetDefined defined) {
            Budget budget = defined.budget();
            widths.put(
                    budget.budgetId(),
                    CellWidth.ofBudget(budget.zone(), budget.createdAtMs())
                            .orElse(CellWidth.FINEST));
        }
    }

    private static List<Policy> replaced(List<Policy> before, List<Policy> one) {
        Map<String, Policy> byId = new LinkedHashMap<>();
        before.forEach(policy -> byId.put(policy.policyId(), policy));
        one.forEach(policy -> byId.put(policy.policyId(), policy));
        return List.copyOf(byId.values());
    }
}
