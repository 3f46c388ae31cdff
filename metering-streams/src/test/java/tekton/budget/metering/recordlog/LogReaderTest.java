package tekton.budget.metering.recordlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** The consumers that look-ups share, one after the other. */
class LogReaderTest {

    private static final TopicPartition LOG = new TopicPartition("in", 0);
    private static final long AT_MS = 4_000;

    @Test
    void shouldFindAppendTimesOftenByTheSameConsumers() {
        LogReader reader = new LogReader(LogReaderTest::logOfOne);

        for (int look = 1; look <= 5; look++) {
            assertThat(reader.appendTimes(Map.of(LOG, 0L)))
                    .as("look %d", look)
                    .isEqualTo(Map.of(LOG, AT_MS));
        }

        assertThat(reader.read(LOG, 0, 1)).hasSize(1);
        reader.close();
    }

    @Test
    void shouldCloseWhatIsGivenBackAfterItWasClosed() {
        List<LogInMemory> opened = new ArrayList<>();
        AtomicReference<LogReader> self = new AtomicReference<>();
        LogReader reader =
                new LogReader(
                        () -> {
                            // The look-up has its place, and is under way.
                            self.get().close();
                            opened.add(logOfOne());
                            return opened.getLast();
                        });
        self.set(reader);

        assertThat(reader.read(LOG, 0, 1)).hasSize(1);

        assertThat(opened).singleElement().matches(LogInMemory::closed);
        assertThatThrownBy(() -> reader.read(LOG, 0, 1))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("stopping");
        assertThat(opened).hasSize(1);
    }

    private static LogInMemory logOfOne() {
        LogInMemory log = new LogInMemory(LOG.topic(), 1);
        log.append(LOG, "k", "v", AT_MS, LogInMemory.none());
        return log;
    }
}
