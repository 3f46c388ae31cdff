package tekton.budget.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Completion, in the shells themselves. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CompletionTest {

    /** In a terminal of its own: types a beginning and a tab, and waits for the whole. */
    private static final String ZSH =
            """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "autoload -U compinit && compinit -u -D; source $1 && echo load''ed"
            zpty -r shell seen '*loaded*' && print -- loaded
            zpty -w -n shell $'budget stat\\t'
            zpty -r shell seen '*budget status*' && print -- command
            zpty -w -n shell $'--peri\\t'
            zpty -r shell seen '*--period*' && print -- option
            zpty -d shell
            """;

    @TempDir Path directory;

    @Test
    void shouldCompleteInBash() throws Exception {
        String script =
                "source \"$1\"; COMP_WORDS=(budget bud); COMP_CWORD=1;"
                        + " COMP_LINE='budget bud'; COMP_POINT=10;"
                        + " _complete_budget; echo \"${COMPREPLY[@]}\"";

        assertThat(run("bash", "-c", script, "bash", completion("bash"))).contains("budgets");
    }

    @Test
    void shouldCompleteACommandAndAnOptionInZsh() throws Exception {
        assumeTrue(isThere("zsh"), "zsh is not installed");
        Path script = Files.writeString(directory.resolve("typing"), ZSH);

        assertThat(run("zsh", "-f", script.toString(), completion("zsh")).lines())
                .containsExactly("loaded", "command", "option");
    }

    @Test
    void shouldRefuseOtherShells() throws Exception {
        try (StubBudget budget = new StubBudget(directory, 200, "{}")) {
            assertThat(budget.run("completion", "fish").code()).isEqualTo(2);
        }
    }

    private String completion(String shell) throws IOException {
        try (StubBudget budget = new StubBudget(directory, 200, "{}")) {
            return budget.write("completion", budget.run("completion", shell).out()).toString();
        }
    }

    private static boolean isThere(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String run(String... command) throws IOException {
        Process process =
                new ProcessBuilder(List.of(command))
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }
}
