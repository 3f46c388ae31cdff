package tekton.budget.metering.config;

import io.micrometer.core.instrument.Timer;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.store.CommitHook;

import java.time.Duration;
import java.util.Map;

/**
 * The ledger's Kafka clients: as any application's, but that its consumer decides when to commit.
 * It alone knows, at the moment it is polled, that all that came before has been decided and
 * whether more is there already.
 */
final class LedgerClients extends StreamsClients {

    private volatile @Nullable Gathering gathering;

    LedgerClients(Timer commits) {
        super(commits);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        Gathering started = new Gathering(config);
        gathering = started;
        return started;
    }

    @Override
    void committed() {
        super.committed();
        Gathering current = gathering;
        if (current != null) {
            current.settle();
        }
    }

    /**
     * Those who asked wait for the commit, and a commit costs the same for one and for many. So
     * what has come in is committed at once, unless more came in together the last time: then the
     * others are given a moment to come. Of one stream thread.
     */
    private static final class Gathering extends KafkaConsumer<byte[], byte[]> {

        /** How long the others are waited for since the latest came. */
        private static final Duration MOMENT = Duration.ofMillis(2);

        private int uncommitted;
        private int togetherLast;

        private Gathering(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            if (uncommitted == 0) {
                return gather(super.poll(timeout));
            }
            Duration patience = uncommitted < togetherLast ? MOMENT : Duration.ZERO;
            ConsumerRecords<byte[], byte[]> more =
                    super.poll(timeout.compareTo(patience) < 0 ? timeout : patience);
            if (more.isEmpty()) {
                CommitHook.quiet();
                // Asked for once: should there be nothing to commit, this is over all the same.
                settle();
            }
            return gather(more);
        }

        private ConsumerRecords<byte[], byte[]> gather(ConsumerRecords<byte[], byte[]> records) {
            uncommitted += records.count();
            return records;
        }

        private void settle() {
            if (uncommitted > 0) {
                togetherLast = uncommitted;
                uncommitted = 0;
            }
        }
    }
}
