package tekton.budget.metering.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class DamagedStateTest {

    private static final String APPLICATION = "app";

    @TempDir Path state;

    private Path first;
    private Path second;

    @BeforeEach
    void makeTasks() throws IOException {
        first = Files.createDirectories(state.resolve(APPLICATION).resolve("0_1"));
        second = Files.createDirectories(state.resolve(APPLICATION).resolve("1_0"));
        Files.writeString(first.resolve("store"), "x");
        Files.writeString(second.resolve("store"), "x");
    }

    @Test
    void shouldWipeWhatItMarked() throws IOException {
        StreamsException fault =
                new StreamsException(
                        new ProcessorStateException(
                                "Error opening store",
                                new RocksDBException("Corruption: bad magic")),
                        new TaskId(0, 1));

        assertThat(DamagedState.mark(state, APPLICATION, fault)).isTrue();
        UncleanStop.tidy(state, APPLICATION);

        assertThat(first).isEmptyDirectory();
        assertThat(second).isEmptyDirectory();
    }

    @Test
    void shouldBeDoneWithWhatItWiped() throws IOException {
        assertThat(DamagedState.mark(state, APPLICATION, new ProcessorStateException("checkpoint")))
                .isTrue();
        UncleanStop.tidy(state, APPLICATION);

        assertThat(DamagedState.isMarked(first)).isFalse();
        assertThat(DamagedState.isMarked(second)).isFalse();
    }

    @Test
    void shouldNotTakeAFullDiskOrAnotherFaultForDamage() {
        assertThat(
                        DamagedState.mark(
                                state,
                                APPLICATION,
                                new ProcessorStateException(
                                        "Error while executing flush",
                                        new RocksDBException(
                                                "While appending to file: No space left on"
                                                        + " device"))))
                .isFalse();
        assertThat(DamagedState.mark(state, APPLICATION, new StreamsException("poll"))).isFalse();

        assertThat(DamagedState.isMarked(first)).isFalse();
    }
}
