package tekton.budget.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import tekton.budget.cli.command.StubBudget.Ended;
import tekton.budget.cli.command.StubBudget.Told;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Commands against a server that says what a test wants. */
class CommandsTest {

    private static final String REFUSAL =
            """
            {"status":402,"code":"insufficient_budget","detail":"policy p: daily limit leaves 100",
             "blocking":[{"policy_id":"team-a.p","message":"100 left","window_end":"2026-11-30T00:00:00Z"}]}
            """;

    @TempDir Path directory;

    static Stream<String> words() {
        return new CommandBook().commands().stream().map(CliCommand::words);
    }

    @Test
    void shouldBuildEveryCommandAndGiveEachAnExampleOfItself() {
        assertThat(new WordsParser(new CommandBook()).whole().getSubcommands())
                .containsKeys("status", "budgets", "import", "doctor", "calc-cost");
        assertThat(new CommandBook().commands())
                .allSatisfy(c -> assertThat(c.example()).contains("budget " + c.words()));
    }

    @ParameterizedTest
    @MethodSource("words")
    void shouldHelpWithEveryCommand(String words) throws Exception {
        try (StubBudget budget = new StubBudget(directory, 200, "{}")) {
            Ended ended = budget.run((words + " --help").split(" ", -1));

            assertThat(ended.code()).isZero();
            assertThat(ended.out()).contains("Usage: budget " + words, "Example:");
            assertThat(budget.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, 0", "400, 2", "401, 4", "402, 5", "403, 4", "404, 3", "409, 7", "422, 2", "429, 6",
        "500, 1", "503, 1", "504, 8"
    })
    void shouldEndWithTheCodeOfTheStatus(int status, int code) throws Exception {
        try (StubBudget budget = new StubBudget(directory, status, "{\"detail\":\"so it is\"}")) {
            Ended ended = budget.run("budgets", "get", "a");

            assertThat(ended.code()).isEqualTo(code);
            assertThat(ended.err().contains("budget: so it is")).isEqualTo(code != 0);
        }
    }

    @Test
    void shouldTellWhichLimitsRefused() throws Exception {
        try (StubBudget budget = new StubBudget(directory, 402, REFUSAL)) {
            Ended ended = budget.run("allocate", "create", "--context", "c", "--component", "d");

            assertThat(ended.code()).isEqualTo(5);
            assertThat(ended.err())
                    .contains(
                            "budget: policy p: daily limit leaves 100",
                            "in the way: team-a.p: 100 left until 2026-11-30T00:00:00Z",
                            "budget limits set --help");
        }
    }

    @Test
    void shouldSayWhatIsMissingWhenNobodyAnswers() throws Exception {
        StubBudget budget = new StubBudget(directory, 200, "{}");
        budget.close();

        Ended ended = budget.run("status");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains(budget.url(), "run_budget.sh");
    }

    /** A thousand limits take long to send and to read. */
    @Test
    void shouldAskForAScreenOfLimitsAndSayHowManyMoreThereAre() throws Exception {
        String row =
                "{\"budget_id\":\"%s\",\"type\":\"%s\",\"total_tokens_used\":%d,\"total_cost\":0,"
                    + "\"token_limit\":10,\"token_usage_percentage\":0.%d,\"reserved_tokens\":0}";
        String page =
                "{\"items\":["
                        + String.join(
                                ",",
                                row.formatted("full", "warn", 9, 9),
                                row.formatted("hard", "hard_limit", 0, 0),
                                row.formatted("quiet", "warn", 0, 0))
                        + "],\"total\":103,\"page\":1,\"limit\":20}";
        try (StubBudget budget = new StubBudget(directory, 200, page)) {
            Ended ended = budget.run("status", "--period", "weekly");

            assertThat(budget.asked().getFirst().target())
                    .isEqualTo("/api/usage/summary?period=weekly&limit=20");
            assertThat(ended.out().lines().map(line -> line.split(" ", -1)[0]))
                    .containsExactly("Budget", "full", "hard", "101");
            assertThat(ended.out()).contains("90.0%", "101 more limits", "budget status --full");
        }
    }

    @Test
    void shouldSayHowALimitIsMadeWhereThereIsNone() throws Exception {
        try (StubBudget budget = new StubBudget(directory, 200, "{\"items\":[],\"total\":0}")) {
            assertThat(budget.run("status").out()).startsWith("No limits.");
        }
        try (StubBudget budget = new StubBudget(directory, 200, "[]")) {
            assertThat(budget.run("status", "--full").out()).startsWith("No limits.");
        }
    }

    @Test
    void shouldSendWhatTheOptionsSay() throws Exception {
        try (StubBudget budget = new StubBudget(directory, 201, "{\"type\":\"warn\"}")) {
            budget.run("set-limit", "daily", "5.10", "--policy-type", "hard_limit");
            budget.run("limits", "set", "monthly", "--budget", "team-a", "--tokens", "9000");
            budget.run("channels", "enable", "ops");

            assertThat(budget.asked().get(0).body())
                    .isEqualTo(
                            "{\"type\":\"hard_limit\",\"period\":\"daily\",\"cost_limit\":5.10}");
            assertThat(budget.asked().get(1).body())
                    .isEqualTo(
                            "{\"period\":\"monthly\",\"type\":\"hard_limit\",\"budget_id\":\"team-a\","
                                + "\"token_limit\":9000}");
            assertThat(budget.asked().get(2).body()).isEqualTo("{\"enabled\":true}");
            assertThat(budget.asked()).allMatch(a -> a.headers().containsKey("idempotency-key"));
        }
    }

    @Test
    void shouldShowTheBodyAsItCameAsJson() throws Exception {
        String body = "{ \"items\" : [ {\"total_cost\": 0.10} ] }";
        try (StubBudget budget = new StubBudget(directory, 200, body)) {
            assertThat(budget.run("budgets", "list", "--output", "json").out())
                    .isEqualTo(body + "\n");
        }
    }

    @Test
    void shouldGuardTheCellsOfCsv() throws Exception {
        String body =
                "{\"items\":[{\"name\":\"=cmd()\",\"cost\":-1.50,\"note\":\"a \\\"b\\\", c\"}]}";
        try (StubBudget budget = new StubBudget(directory, 200, body)) {
            assertThat(budget.run("budgets", "list", "--output", "csv").out())
                    .isEqualTo("name,cost,note\r\n'=cmd(),-1.50,\"a \"\"b\"\", c\"\r\n");
        }
    }

    @Test
    void shouldFollowThePages() throws Exception {
        try (StubBudget budget =
                new StubBudget(
                        directory,
                        asked ->
                                Told.of(
                                        200,
                                        "{\"total\":150,\"items\":[{\"budget_id\":\""
                                                + (asked.target().contains("page=2")
                                                        ? "last"
                                                        : "first")
                                                + "\"}]}"))) {
            Ended ended = budget.run("budgets", "list", "--all");

            assertThat(ended.out()).contains("first").contains("last");
            assertThat(budget.asked()).hasSize(2);
        }
    }

    @Test
    void shouldAskBeforeItDestroys() throws Exception {
        try (StubBudget budget = new StubBudget(directory, 200, "{\"message\":\"gone\"}")) {
            assertThat(budget.run("channels", "delete", "a").code()).isEqualTo(2);
            assertThat(budget.run("n\n", true, "channels", "delete", "a").code()).isEqualTo(2);
            assertThat(budget.asked()).isEmpty();

            assertThat(budget.run("y\n", true, "channels", "delete", "a").out())
                    .isEqualTo("gone\n");
            assertThat(budget.run("channels", "delete", "a", "--yes").code()).isZero();
            assertThat(budget.asked()).hasSize(2).allMatch(a -> a.method().equals("DELETE"));
        }
    }

    @Test
    void shouldNeverShowAKey() throws Exception {
        try (StubBudget budget = new StubBudget(directory, 200, "[]")) {
            Path key = budget.write("key", "secret-key-1\n");

            Ended ended = budget.run("--debug", "status", "--key-file", key.toString());
            Ended config = budget.run("config", "--key-file", key.toString());

            assertThat(budget.asked().getFirst().headers())
                    .containsEntry("x-api-key", "secret-key-1");
            assertThat(ended.err()).contains("curl -i -X GET", "X-API-Key: ***");
            assertThat(ended.out() + ended.err() + config.out()).doesNotContain("secret-key-1");
        }
    }

    @Test
    void shouldNameNearWordsAndWrongValues() throws Exception {
        try (StubBudget budget = new StubBudget(directory, 200, "[]")) {
            assertThat(budget.run("statu").err()).contains("did you mean", "status");
            assertThat(budget.run("get-usage", "yearly").err())
                    .contains("PERIOD: \"yearly\" (expected: hourly, daily, weekly, monthly)");
            assertThat(budget.run("limits", "set", "daily", "--cost", "much").err())
                    .contains("--cost: \"much\" (expected: a decimal number)");
            assertThat(budget.run("budgets").code()).isEqualTo(2);
            assertThat(budget.asked()).isEmpty();
        }
    }

    @Test
    void shouldSayByItsCodeWhetherItFits() throws Exception {
        try (StubBudget budget =
                new StubBudget(directory, 200, "{\"allowed\":false,\"reason\":\"full\"}")) {
            assertThat(budget.run("allocate", "check", "--tokens", "5").code()).isEqualTo(5);
        }
    }

    @Test
    void shouldHoldAnAllocationWhileAProgramRuns() throws Exception {
        try (StubBudget budget =
                new StubBudget(
                        directory,
                        asked ->
                                Told.of(
                                        201,
                                        "{\"allocation_id\":\"b.1\",\"tokens_released\":7}"))) {
            Ended ended =
                    budget.run(
                            "allocate",
                            "run",
                            "--tokens",
                            "9",
                            "--",
                            "sh",
                            "-c",
                            "test \"$BUDGET_ALLOCATION_ID\" = b.1 && exit 3");

            assertThat(ended.code()).isEqualTo(3);
            assertThat(budget.asked().stream().map(a -> a.target()))
                    .containsExactly("/api/allocations", "/api/allocations/b.1/release");
            assertThat(budget.asked().getFirst().body()).contains("\"component\":\"sh\"");
        }
    }

    @Test
    void shouldTellWhatADoctorFinds() throws Exception {
        Map<String, String> answers =
                Map.of(
                        "/health",
                        "{\"status\":\"healthy\",\"component\":\"budget\",\"parts\":{\"kafka\":{\"status\":\"up\"}}}",
                        "/api/system",
                        "{\"lag_total\":9,\"behind_ms\":300000,\"disk\":{\"free_bytes\":1,\"total_bytes\":100}}");
        try (StubBudget budget =
                new StubBudget(
                        directory,
                        asked -> Told.of(200, answers.getOrDefault(asked.target(), "{}")))) {
            Ended ended = budget.run("doctor");

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.out())
                    .contains(
                            "ok      kafka",
                            "WRONG   lag: 9 records",
                            "WRONG   disk",
                            "-> make room");
        }
    }

    @Test
    void shouldTellThatAnotherServiceAnswers() throws Exception {
        try (StubBudget budget = new StubBudget(directory, 200, "<html>")) {
            assertThat(budget.run("status").err()).contains("not JSON", "is that Budget");
            assertThat(budget.run("doctor").code()).isEqualTo(1);
        }
    }
}
