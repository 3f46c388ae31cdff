package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

final class RotatingLogTest {

    @TempDir Path directory;

    @Test
    void keepsTheNewestLinesInABoundedNumberOfFiles() throws Exception {
        Path file = directory.resolve("logs").resolve("x.log");
        RotatingLog log = new RotatingLog(file, 6, 2);
        for (int i = 1; i <= 9; i++) {
            log.append("é" + i);
        }

        // Four bytes a line: the second line fills a file.
        assertThat(file).hasContent("é9\n");
        assertThat(file.resolveSibling("x.log.1")).hasContent("é7\né8\n");
        assertThat(file.resolveSibling("x.log.2")).hasContent("é5\né6\n");
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void goesOnWhereItEnded() throws Exception {
        Path file = directory.resolve("x.log");
        for (int i = 1; i <= 3; i++) {
            new RotatingLog(file, 4, 1).append("a" + i);
        }

        assertThat(file).hasContent("a3\n");
        assertThat(directory.resolve("x.log.1")).hasContent("a1\na2\n");
    }

    @Test
    void goesOnOnceTheDiskTakesLinesAgain() throws Exception {
        Path file = directory.resolve("full.log");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        RotatingLog log = new RotatingLog(file, 100, 1);
        log.append("lost");

        Files.delete(file);
        log.append("kept");

        assertThat(file).hasContent("kept\n");
    }
}
