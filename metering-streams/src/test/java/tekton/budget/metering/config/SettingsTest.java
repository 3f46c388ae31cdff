package tekton.budget.metering.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.settings.InstanceId;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class SettingsTest {

    @TempDir Path directory;

    @Test
    void shouldKeepAnInstallationsName() throws IOException {
        String first = InstanceId.in(directory);

        assertThat(InstanceId.in(directory)).isEqualTo(first).startsWith("budget-");
        assertThat(InstanceId.in(directory.resolve("other"))).isNotEqualTo(first);
    }

    @Test
    void shouldMakeANameAnewForOneThatIsDamaged() throws IOException {
        Path file = directory.resolve("instance-id");
        Files.write(file, new byte[] {'b', (byte) 0xC3, 0});

        String made = InstanceId.in(directory);

        assertThat(made).startsWith("budget-");
        assertThat(InstanceId.in(directory)).isEqualTo(made);
    }

    @Test
    void shouldHaveDefaultsAndPartitionsByTopic() throws IOException {
        MeteringSettings settings = MeteringSettings.of("b:1", directory, "h:2");

        assertThat(settings.idWindow()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.commitInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.publishRated()).isFalse();
        assertThat(settings.scale().partitionsOf(Topics.USAGE_REPORTED)).isEqualTo(6);
        assertThat(settings.scale().partitionsOf(Topics.LEDGER_DELTAS)).isEqualTo(3);
        assertThat(settings.scale().partitionsOf(Topics.PRICES)).isEqualTo(1);
    }

    @Test
    void shouldNameWhatIsOutOfBounds() {
        assertThatThrownBy(() -> settings(0, Duration.ofDays(1)))
                .hasMessage("usagePartitions: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> settings(6, Duration.ofSeconds(1)))
                .hasMessage("idWindow in minutes: 0 (expected: 1 to 46080)");
    }

    /**
     * Measured together: each of them is waited for by every caller of the ledger, but for the
     * linger, which a commit ends.
     */
    @Test
    void shouldCommitTheLedgerForLatencyAndTheMeteringForThroughput() throws IOException {
        MeteringSettings settings = MeteringSettings.of("b:1", directory, "h:2");

        assertThat(StreamsSettings.ledger(settings))
                .containsEntry("application.id", "budget-ledger")
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("commit.interval.ms", 10)
                .containsEntry("statestore.cache.max.bytes", 0)
                .containsEntry("producer.linger.ms", 5)
                .containsEntry("producer.transaction.timeout.ms", 5_000)
                .containsEntry("main.consumer.group.instance.id", settings.instanceId())
                .containsEntry("main.consumer.session.timeout.ms", 6_000);
        assertThat(StreamsSettings.metering(settings))
                .containsEntry("application.id", "budget-metering")
                .containsEntry("commit.interval.ms", 2_000L);
    }

    @Test
    void shouldReplaceThreadsWithinABudgetAndThenStop() {
        AtomicLong nanos = new AtomicLong();
        Counter replaced = new SimpleMeterRegistry().counter("replaced");
        RestartBudget budget =
                new RestartBudget(
                        "test", nanos::get, UncheckedIOException.class::isInstance, replaced);
        for (int i = 0; i < RestartBudget.RESTARTS_MAX; i++) {
            assertThat(budget.handle(new IllegalStateException("test")))
                    .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
        }

        assertThat(budget.handle(new IllegalStateException("test")))
                .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        nanos.addAndGet(RestartBudget.WITHIN.toNanos() + 1);
        assertThat(budget.handle(new IllegalStateException("test")))
                .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
        assertThat(budget.handle(new UncheckedIOException(new IOException("damaged"))))
                .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        assertThat(replaced.count()).isEqualTo(RestartBudget.RESTARTS_MAX + 1);
    }

    private MeteringSettings settings(int usagePartitions, Duration idWindow) {
        return new MeteringSettings(
                KafkaConnection.plain("b:1"),
                directory,
                "h:2",
                null,
                "i",
                new MeteringScale(usagePartitions, 3, 0, 1),
                idWindow,
                Duration.ofMillis(500),
                false);
    }
}
