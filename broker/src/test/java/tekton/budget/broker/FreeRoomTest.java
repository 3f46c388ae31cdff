package tekton.budget.broker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

class FreeRoomTest {

    @TempDir private Path directory;

    @Test
    void tooLittleIsRefusedWithWhatIsThereAndWhatIsNeeded() {
        assertThatThrownBy(() -> FreeRoom.require(Path.of("kafka"), FreeRoom.NEEDED - 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("only 127 MiB are free for kafka")
                .hasMessageContaining("expected: 128 MiB");
    }

    @Test
    void enoughIsEnough() {
        assertThatCode(() -> FreeRoom.require(Path.of("kafka"), FreeRoom.NEEDED))
                .doesNotThrowAnyException();
    }

    @Test
    void directoryThatIsNotYetThereIsOnTheDiskOfItsParent() {
        assertThatCode(() -> FreeRoom.require(directory.resolve("new").resolve("kafka")))
                .doesNotThrowAnyException();
    }
}
