package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.testbroker.Patience;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

@Timeout(600)
final class DirectoryLockTest {

    @TempDir Path directory;

    @Test
    void namesTheOwner() throws Exception {
        try (DirectoryLock held = DirectoryLock.take(directory, "lock", Duration.ZERO)) {
            assertThatThrownBy(() -> DirectoryLock.take(directory, "lock", Duration.ZERO))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "%s is in use by process %d", directory, ProcessHandle.current().pid());
        }
    }

    @Test
    void waitsForTheOwnerToEnd() throws Exception {
        Callable<DirectoryLock> taking =
                () -> DirectoryLock.take(directory, "lock", Patience.LIMIT);
        FutureTask<DirectoryLock> second = new FutureTask<>(taking);
        try (DirectoryLock held = DirectoryLock.take(directory, "lock", Duration.ZERO)) {
            Thread.ofPlatform().daemon().start(second);
            assertThat(second.isDone()).isFalse();
        }
        second.get().close();
    }

    @Test
    void saysWhatIsWrongWithADirectory() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> DirectoryLock.take(file, "lock", Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " cannot be used: ");
    }
}
