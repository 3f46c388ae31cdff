package tekton.budget.cli.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.cli.call.CliFailure;

import java.nio.file.Files;
import java.nio.file.Path;

class ImportStateTest {

    @TempDir Path directory;

    @Test
    void shouldReadWhatItWrote() {
        Path file = directory.resolve("state");
        ImportState state = new ImportState("s", "h", 4, 5, 6, 7, 8, 9, 10, 11);

        state.write(file);

        assertThat(ImportState.read(file)).isEqualTo(state);
        assertThat(ImportState.read(directory.resolve("none"))).isNull();
    }

    @Test
    void shouldReadTheFormatOfTheFirstRelease() throws Exception {
        Path file = directory.resolve("state");
        Files.writeString(
                file,
                """
                # How far an import is; budget import goes on from here.
                version=1
                settings=s
                head=h
                head_bytes=4
                bytes=5
                line=6
                accepted=7
                refused=8
                skipped=9
                refused_bytes=10
                shift_seconds=11
                """);

        assertThat(ImportState.read(file))
                .isEqualTo(new ImportState("s", "h", 4, 5, 6, 7, 8, 9, 10, 11));
    }

    @Test
    void shouldRefuseAnotherFormatAndKeepIt() throws Exception {
        Path file = directory.resolve("state");
        Files.writeString(file, "version=2\nplace=somewhere\n");

        assertThatThrownBy(() -> ImportState.read(file))
                .isInstanceOf(CliFailure.class)
                .hasMessage("%s: of an import by another budget, in format 2 (expected: 1)", file);
        assertThat(file).hasContent("version=2\nplace=somewhere\n");
    }

    @Test
    void shouldRefuseWhatIsNoState() throws Exception {
        Path file = Files.writeString(directory.resolve("state"), "hello\n");

        assertThatThrownBy(() -> ImportState.read(file))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("not the state of an import");
    }
}
