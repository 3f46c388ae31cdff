package tekton.budget.metering.config;

import io.micrometer.core.instrument.Timer;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The metering's Kafka clients: as any application's, but that its consumers pace themselves. */
final class UsageClients extends StreamsClients {

    UsageClients(Timer commits) {
        super(commits);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new Pacing(config);
    }

    /**
     * Asks seldom where there is little. A broker that gathered records before it answered a fetch
     * would be asked again every few milliseconds while nothing at all happens; so it answers with
     * the first record, and this gathers. Of one stream thread.
     */
    private static final class Pacing extends KafkaConsumer<byte[], byte[]> {

        /** The time between two polls, while few records come with each. */
        private static final Duration GATHERING = Duration.ofMillis(20);

        /** Fewer than this in one poll are few. */
        private static final int FEW = 1_000;

        /** After so long without a record everything is committed, and no clock has work. */
        private static final Duration BUSY = Duration.ofSeconds(1);

        /** How long a poll then waits for a record; also a stop waits for it. */
        private static final Duration REST = Duration.ofMillis(250);

        private long polledAtNanos;
        private long recordsAtNanos;
        private boolean few;

        private Pacing(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            recordsAtNanos = System.nanoTime();
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            // Zero where Streams has other work.
            boolean patient = !timeout.isZero();
            if (few && patient) {
                gather();
            }
            polledAtNanos = System.nanoTime();
            boolean resting = patient && polledAtNanos - recordsAtNanos > BUSY.toNanos();
            ConsumerRecords<byte[], byte[]> records = super.poll(resting ? REST : timeout);
            few = !records.isEmpty() && records.count() < FEW;
            if (!records.isEmpty()) {
                recordsAtNanos = System.nanoTime();
            }
            return records;
        }

        private void gather() {
            try {
                TimeUnit.NANOSECONDS.sleep(polledAtNanos + GATHERING.toNanos() - System.nanoTime());
            } catch (InterruptedException stop) {
                throw new InterruptException(stop);
            }
        }
    }
}
