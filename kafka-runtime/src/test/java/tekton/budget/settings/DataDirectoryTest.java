package tekton.budget.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

class DataDirectoryTest {

    @TempDir Path directory;

    private Path mark() {
        return directory.resolve("format");
    }

    @Test
    void shouldMarkADirectoryThatHasNoMark() {
        DataDirectory.claim(directory.resolve("new"));

        assertThat(directory.resolve("new").resolve("format"))
                .content()
                .contains("\nformat=" + ProgramVersion.DATA_FORMAT + "\n")
                .contains("\nversion=" + ProgramVersion.NUMBER + "\n");
    }

    @Test
    void shouldMarkWhatAnOlderVersionHasWrittenAsItsOwn() {
        DataDirectory.claim(directory, "0.1.0", 1);
        DataDirectory.claim(directory, "0.3.0", 2);

        assertThat(mark()).content().contains("\nformat=2\nversion=0.3.0\n");
    }

    @Test
    void shouldLetAnOlderVersionGoBackWithinAFormat() {
        DataDirectory.claim(directory, "0.3.0", 2);
        DataDirectory.claim(directory, "0.2.0", 2);

        assertThat(mark()).content().contains("\nformat=2\nversion=0.2.0\n");
    }

    @Test
    void shouldNotWriteAtEveryStart() throws Exception {
        DataDirectory.claim(directory);
        FileTime longAgo = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(mark(), longAgo);

        DataDirectory.claim(directory);

        assertThat(Files.getLastModifiedTime(mark())).isEqualTo(longAgo);
    }

    @Test
    void shouldRefuseANewerFormatAndLeaveEverythingAsItIs() {
        DataDirectory.claim(directory, "0.3.0", 2);

        assertThatThrownBy(() -> DataDirectory.claim(directory, "0.2.1", 1))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage(
                        "BUDGET_DATA_DIR: %s was written by Budget 0.3.0 in data format 2"
                            + " (expected: at most format 1, which Budget 0.2.1 reads; start Budget"
                            + " 0.3.0 or a newer one on it, or name another directory; nothing in"
                            + " it was changed)",
                        directory);
        assertThat(mark()).content().contains("\nformat=2\nversion=0.3.0\n");
    }

    @Test
    void shouldRefuseAMarkThatIsDamaged() throws Exception {
        for (String damaged : new String[] {"version=0.1.0\n", "format=\n", "format=-1\n"}) {
            Files.writeString(mark(), damaged);

            assertThatThrownBy(() -> DataDirectory.claim(directory, "0.1.0", 1))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessage(
                            "BUDGET_DATA_DIR: %s is damaged (expected: a line format=1 or another"
                                    + " number, and version=0.1.0)",
                            mark());
            assertThat(mark()).hasContent(damaged);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws Exception {
        Files.createDirectory(mark());

        assertThatThrownBy(() -> DataDirectory.claim(directory))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("BUDGET_DATA_DIR: " + mark() + ": ");
    }
}
