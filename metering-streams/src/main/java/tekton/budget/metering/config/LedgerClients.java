package tekton.budget.metering.config;

import io.micrometer.core.instrument.Timer;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.time.Duration;
import java.util.Map;

/**
 * The ledger's Kafka clients: as any application's, but for the consumer of its inputs. A stream
 * thread commits between two polls, so a decision waits for the poll behind it; and a thread that
 * always polls briefly is never idle.
 */
final class LedgerClients extends StreamsClients {

    LedgerClients(Timer commits) {
        super(commits);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new BriefWhileBusy(config);
    }

    /** Polls as long as it is told, but not for long while records keep coming. */
    private static final class BriefWhileBusy extends KafkaConsumer<byte[], byte[]> {

        private static final Duration BRIEF = Duration.ofMillis(2);

        /** Longer than a commit takes: afterwards everything that came in has been committed. */
        private static final long BUSY_NANOS = Duration.ofMillis(100).toNanos();

        private long recordsNanos = System.nanoTime() - BUSY_NANOS;

        private BriefWhileBusy(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            boolean busy = System.nanoTime() - recordsNanos < BUSY_NANOS;
            ConsumerRecords<byte[], byte[]> records =
                    super.poll(busy && timeout.compareTo(BRIEF) > 0 ? BRIEF : timeout);
            if (!records.isEmpty()) {
                recordsNanos = System.nanoTime();
            }
            return records;
        }
    }
}
