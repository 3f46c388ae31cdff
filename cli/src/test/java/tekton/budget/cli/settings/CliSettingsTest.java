package tekton.budget.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.cli.call.CliFailure;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

class CliSettingsTest {

    @TempDir Path directory;

    private final Map<String, String> environment = new HashMap<>();

    private CliSettings settings(Map<String, String> options) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new CliSettings(
                new CliWorld(
                        environment,
                        directory,
                        directory.resolve("home"),
                        new ByteArrayInputStream("from-input\n".getBytes(StandardCharsets.UTF_8)),
                        nowhere,
                        nowhere,
                        false,
                        false),
                options);
    }

    private void near(String text) throws IOException {
        Files.writeString(directory.resolve(".budget"), text);
    }

    private void home(String text) throws IOException {
        Path file = directory.resolve("home/.config/budget/config");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void shouldTakeTheFirstPlaceThatHasAValue() throws Exception {
        assertThat(settings(Map.of()).url()).isEqualTo("http://localhost:8013");
        home("# mine\nurl = http://home:1\n");
        assertThat(settings(Map.of()).url()).isEqualTo("http://home:1");
        near("url = \"http://near:2/\"\n");
        assertThat(settings(Map.of()).url()).isEqualTo("http://near:2");
        environment.put("BUDGET_PORT", "9");
        assertThat(settings(Map.of()).url()).isEqualTo("http://localhost:9");
        environment.put("BUDGET_URL", "http://env:3/api");
        assertThat(settings(Map.of()).url()).isEqualTo("http://env:3");
        CliSettings last = settings(Map.of("url", "https://option:4"));
        assertThat(last.url()).isEqualTo("https://option:4");
        assertThat(last.all().get("url"))
                .isEqualTo(new CliSettings.Chosen("https://option:4", "option --url"));
    }

    @Test
    void shouldReadAKeyFromWhereItIsSaid() throws Exception {
        Path key = Files.writeString(directory.resolve("key"), "abc\n");
        assertThat(settings(Map.of()).key()).isNull();
        environment.put("BUDGET_API_KEY_FILE", key.toString());
        assertThat(settings(Map.of()).key()).isEqualTo("abc");
        environment.put("BUDGET_API_KEY", "direct");
        assertThat(settings(Map.of()).key()).isEqualTo("direct");
        assertThat(settings(Map.of("key-file", "-")).key()).isEqualTo("from-input");
        assertThat(settings(Map.of()).all().toString()).doesNotContain("direct");
    }

    @Test
    void shouldGiveNoKeyToAnAddressThatADirectoryNames() throws Exception {
        near("url = http://elsewhere.example:80\n");
        environment.put("BUDGET_API_KEY", "direct");

        assertThatThrownBy(() -> settings(Map.of()).key())
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("elsewhere.example")
                .hasMessageNotContaining("direct");
        near("url = http://127.0.0.1:80\n");
        assertThat(settings(Map.of()).key()).isEqualTo("direct");
    }

    @Test
    void shouldRefuseWhatItCannotUse() throws Exception {
        assertThatThrownBy(() -> settings(Map.of("url", "localhost:1")).url())
                .hasMessageContaining(
                        "\"localhost:1\" of option --url (expected: http://HOST:PORT");
        assertThatThrownBy(() -> settings(Map.of("output", "yaml")).output())
                .hasMessageContaining("(expected: table, json or csv)");
        environment.put("BUDGET_API_KEY", "two words");
        assertThatThrownBy(() -> settings(Map.of()).key()).hasMessageNotContaining("two words");
        near("sk-this-is-a-key\n");
        assertThatThrownBy(() -> settings(Map.of()))
                .hasMessageContaining("line 1")
                .hasMessageNotContaining("sk-this");
    }
}
