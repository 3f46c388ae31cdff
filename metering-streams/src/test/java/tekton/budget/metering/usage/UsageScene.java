package tekton.budget.metering.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.LedgerDelta;
import tekton.budget.event.TotalsFeed.TotalsDelta;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Partitions;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Several partitions of usage without Kafka: logs that are read in order, transactions that are
 * committed or come to nothing. What a transaction sends is there when it is committed.
 */
final class UsageScene {

    /** A record in a log. */
    record Logged(NaiveUsage.Sent sent, String key, long appendMs, @Nullable Origin origin) {}

    private final UsageRules rules;
    private final NaiveUsage model;
    private final List<Partition> partitions;
    private final List<LedgerDelta> deltas = new ArrayList<>();
    private final List<TotalsDelta> counted = new ArrayList<>();

    /** One partition: its two logs, its state and its open transaction. */
    private final class Partition {

        private final int number;
        private final List<Logged> usage = new ArrayList<>();
        private final List<Logged> moved = new ArrayList<>();
        private final StateInMemory state;
        private final List<Runnable> open = new ArrayList<>();
        private UsageCounter counter;
        private int usageRead;
        private int movedRead;
        private int usageCommitted;
        private int movedCommitted;

        Partition(int number, long windowMs) {
            this.number = number;
            state = new StateInMemory(windowMs);
            counter = new UsageCounter(rules, state);
        }

        boolean read(boolean fromMoved) {
            List<Logged> log = fromMoved ? moved : usage;
            int at = fromMoved ? movedRead : usageRead;
            if (at == log.size()) {
                return false;
            }
            Logged record = log.get(at);
            Origin origin = fromMoved ? record.origin() : new Origin(number, at, record.appendMs());
            UsageOutcome outcome =
                    counter.take(
                            new UsageRecord(
                                    record.key().getBytes(UTF_8),
                                    record.sent().value(),
                                    number,
                                    record.appendMs(),
                                    fromMoved,
                                    origin));
            if (outcome instanceof UsageOutcome.Misrouted to) {
                String key = new String(to.key(), UTF_8);
                open.add(
                        () ->
                                partitionOf(key)
                                        .moved
                                        .add(
                                                new Logged(
                                                        record.sent(),
                                                        key,
                                                        record.appendMs(),
                                                        to.origin())));
            }
            open.add(model.read(number, record, outcome, fromMoved));
            if (fromMoved) {
                movedRead++;
            } else {
                usageRead++;
            }
            return true;
        }

        void commit(long nowMs) {
            UsageChanges changes = counter.changes(nowMs);
            state.commit(changes);
            deltas.addAll(changes.deltas());
            counted.addAll(changes.counted());
            usageCommitted = usageRead;
            movedCommitted = movedRead;
            open.forEach(Runnable::run);
            open.clear();
            model.levelsCommitted();
        }

        /** Comes to nothing before its commit or, with the changes taken, in it. */
        void abort(boolean inCommit) {
            if (inCommit) {
                counter.changes(0);
                model.levelsAborted();
            }
            state.abort();
            open.clear();
            usageRead = usageCommitted;
            movedRead = movedCommitted;
            counter = new UsageCounter(rules, state);
            model.aborted(number);
        }
    }

    UsageScene(UsageRules rules, NaiveUsage model, long windowMs) {
        this.rules = rules;
        this.model = model;
        partitions =
                IntStream.range(0, rules.partitions())
                        .mapToObj(number -> new Partition(number, windowMs))
                        .toList();
    }

    private Partition partitionOf(String key) {
        return partitions.get(Partitions.of(key, partitions.size()));
    }

    void send(NaiveUsage.Sent sent, String key, int partition, long nowMs) {
        partitions.get(partition).usage.add(new Logged(sent, key, nowMs, null));
    }

    /** Something that another program has put among the records that were sent on. */
    void sendMoved(NaiveUsage.Sent sent, String key, int partition, @Nullable Origin origin) {
        long appendMs = origin == null ? 0 : origin.appendTimeMs();
        partitions.get(partition).moved.add(new Logged(sent, key, appendMs, origin));
    }

    /** Reads one record of a partition, if there is one. */
    boolean read(int partition, boolean fromMoved) {
        return partitions.get(partition).read(fromMoved);
    }

    void commit(int partition, long nowMs) {
        partitions.get(partition).commit(nowMs);
    }

    void abort(int partition, boolean inCommit) {
        partitions.get(partition).abort(inCommit);
    }

    /** Reads and commits all that there is. */
    void finish(long nowMs) {
        boolean more = true;
        while (more) {
            more = false;
            for (Partition each : partitions) {
                while (each.read(false) || each.read(true)) {
                    more = true;
                }
                each.commit(nowMs);
            }
        }
    }

    List<StateInMemory> states() {
        return partitions.stream().map(each -> each.state).toList();
    }

    List<LedgerDelta> deltas() {
        return deltas;
    }

    List<TotalsDelta> counted() {
        return counted;
    }
}
