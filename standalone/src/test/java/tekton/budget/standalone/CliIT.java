package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.broker.FreePorts;
import tekton.budget.cli.BudgetCli;
import tekton.budget.testbroker.Patience;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line, as processes, against a started product. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class CliIT {

    private static final int LINES = 20_000;

    /** How a command ended. */
    private record Ended(int code, String out, String err) {}

    @TempDir Path directory;
    private int port;

    @Test
    void limitsRefusesAndImportsOnceWhateverIsKilled() throws Exception {
        List<Integer> ports = FreePorts.find(2);
        port = ports.get(0);
        Map<String, String> environment =
                Map.of(
                        "BUDGET_PORT", String.valueOf(port),
                        "BUDGET_KAFKA_PORT", String.valueOf(ports.get(1)),
                        "BUDGET_DATA_DIR", directory.resolve("data").toString(),
                        "BUDGET_HERMES", "false",
                        "BUDGET_PRICE_SOURCES", "built-in");
        try (BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            Patience.await(() -> run("doctor").out().contains("ok      ready"));
            limitsAndRefuses();
            releasesWhateverAProgramDoes();
            importsOnce();
            budget.terminate();
        }
        assertThat(run("status").code()).isEqualTo(1);
    }

    private void limitsAndRefuses() {
        assertThat(run("budgets", "create", "Team A", "--id", "team-a").out())
                .startsWith("Budget team-a (Team A) is there.");
        assertThat(run("budgets", "create", "Team A", "--id", "team-a").code()).isEqualTo(7);
        assertThat(run("limits", "set", "daily", "--budget", "team-a", "--tokens", "1000").code())
                .isZero();
        String[] ask = {
            "allocate",
            "create",
            "--budget",
            "team-a",
            "--context",
            "c",
            "--component",
            "shop",
            "--provider",
            "openai",
            "--model",
            "gpt-4o",
            "--tokens"
        };
        Ended refused = run(with(ask, "5000"));
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err()).contains("daily limit of 1000 tokens", "in the way: team-a.");

        Ended granted = run(with(ask, "400", "--output", "json"));
        assertThat(granted.code()).isZero();
        String id = granted.out().replaceAll("(?s).*\"allocation_id\":\"([^\"]+)\".*", "$1");
        assertThat(run("status", "--full").out()).contains("team-a");
        assertThat(run("allocate", "release", id).out()).contains("400 tokens are free again");
        assertThat(run("allocate", "get", "team-a.none").code()).isEqualTo(3);
        assertThat(run("set-limit", "daily", "5", "--policy-type", "warn").out())
                .startsWith("warn of 5 USD (daily) for budget default");
        assertThat(
                        run(
                                        "calc-cost",
                                        "--provider",
                                        "anthropic",
                                        "--model",
                                        "claude-3-opus",
                                        "--input-tokens",
                                        "100",
                                        "--output-tokens",
                                        "250")
                                .out())
                .contains("Total USD    0.02025");
    }

    private void releasesWhateverAProgramDoes() {
        Ended ended =
                run(
                        "allocate",
                        "run",
                        "--budget",
                        "team-a",
                        "--tokens",
                        "300",
                        "--provider",
                        "openai",
                        "--model",
                        "gpt-4o",
                        "--",
                        "sh",
                        "-c",
                        "echo held $BUDGET_ALLOCATION_ID; exit 9");

        assertThat(ended.code()).isEqualTo(9);
        assertThat(ended.out()).contains("held team-a.");
        assertThat(ended.err()).contains("released 300 tokens");
    }

    private void importsOnce() throws Exception {
        StringBuilder text = new StringBuilder("input_tokens,output_tokens\n");
        for (int i = 0; i < LINES; i++) {
            text.append("3,1\n");
        }
        Path file = Files.writeString(directory.resolve("calls.csv"), text);
        String[] command = {
            "import",
            file.toString(),
            "--provider",
            "openai",
            "--model",
            "gpt-4o",
            "--context",
            "imported",
            "--batch",
            "20"
        };
        Process killed = start(command);
        Path state = directory.resolve("calls.csv.budget-import");
        Patience.await(() -> accepted(state) > 0);
        killed.destroyForcibly().waitFor();
        assertThat(accepted(state)).isBetween(1, LINES - 1);

        Ended rest = run(command);

        assertThat(rest.code()).as(rest.err()).isZero();
        assertThat(rest.err()).contains("Going on at line");
        // Those that were on their way are sent twice, and count once.
        Patience.await(() -> counted().contains(",\"record_count\":" + LINES));
        assertThat(counted()).contains("\"total_tokens\":" + 4 * LINES + ",");
        assertThat(run(command).out()).contains("Nothing new");
        Path out = directory.resolve("out.csv");
        assertThat(run("export", "usage", "--by", "context", "-o", out.toString()).code()).isZero();
        assertThat(Files.readString(out)).contains("imported," + 3 * LINES + "," + LINES + ",");
    }

    private String counted() {
        return run("totals", "contexts", "imported", "--output", "json").out();
    }

    private static int accepted(Path state) {
        try {
            return Files.readAllLines(state).stream()
                    .filter(line -> line.startsWith("accepted="))
                    .mapToInt(line -> Integer.parseInt(line.substring("accepted=".length())))
                    .sum();
        } catch (IOException notYet) {
            return 0;
        }
    }

    private static String[] with(String[] words, String... more) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private Process start(String... words) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                BudgetCli.class.getName()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BUDGET_"));
        builder.environment().put("BUDGET_URL", "http://127.0.0.1:" + port);
        builder.redirectOutput(directory.resolve("command.out").toFile());
        builder.redirectError(directory.resolve("command.err").toFile());
        return builder.start();
    }

    private Ended run(String... words) {
        try {
            int code = start(words).waitFor();
            return new Ended(
                    code,
                    Files.readString(directory.resolve("command.out"), StandardCharsets.UTF_8),
                    Files.readString(directory.resolve("command.err"), StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(asked);
        }
    }
}
