package tekton.budget.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.command.StubBudget.Asked;
import tekton.budget.cli.command.StubBudget.Ended;
import tekton.budget.cli.command.StubBudget.Told;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** Imports, as far as a file and the answers decide about them. */
class ImportTest {

    private static final int LINES = 95;

    @TempDir Path directory;

    private static Told accept(Asked asked) {
        return Told.of(
                200,
                "{\"accepted\":"
                        + asked.body().lines().count()
                        + ",\"refused\":0,\"refusals\":[]}");
    }

    private static String csv(int lines) {
        StringBuilder text = new StringBuilder("prompt,output_tokens,note\n");
        for (int i = 0; i < lines; i++) {
            text.append(i).append(",1,\"a\nb\"\n");
        }
        return text.toString();
    }

    private static Ended run(StubBudget budget, Path file, String... more) {
        List<String> words =
                new java.util.ArrayList<>(
                        List.of(
                                "import",
                                file.toString(),
                                "--map",
                                "input_tokens=prompt",
                                "--provider",
                                "openai",
                                "--model",
                                "gpt-4o",
                                "--batch",
                                "10"));
        words.addAll(more.length == 0 ? List.of("--retry-for", "0") : List.of(more));
        return budget.run(words.toArray(String[]::new));
    }

    private static Set<String> ids(StubBudget budget) {
        Set<String> ids = new HashSet<>();
        for (Asked asked : budget.asked()) {
            asked.body().lines().forEach(l -> ids.add(JsonTree.parse(l).at("record_id").text()));
        }
        return ids;
    }

    @Test
    void shouldGoOnWhereItStoppedWithTheSameIds() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        Path file = Files.writeString(directory.resolve("calls.csv"), csv(LINES));
        Set<String> whole;
        try (StubBudget budget = new StubBudget(directory, ImportTest::accept)) {
            Path copy = Files.createDirectory(directory.resolve("copy")).resolve("calls.csv");
            assertThat(run(budget, Files.copy(file, copy)).out()).startsWith("95 lines accepted");
            whole = ids(budget);
        }
        assertThat(whole).hasSize(LINES);
        try (StubBudget budget =
                new StubBudget(
                        directory,
                        asked ->
                                // The fourth batch: four are on their way at a time, in any order.
                                away.get() && asked.body().contains("\"input_tokens\":30,")
                                        ? Told.of(503, "{\"detail\":\"away\"}")
                                        : accept(asked))) {
            Ended first = run(budget, file);
            assertThat(first.code()).isEqualTo(1);
            assertThat(first.err()).contains("away", "30 lines are in; the same command");

            away.set(false);
            Ended second = run(budget, file);

            assertThat(second.code()).isZero();
            assertThat(second.err()).contains("Going on at line 62; 30 lines are in");
            assertThat(ids(budget)).isEqualTo(whole);
            assertThat(run(budget, file).out()).contains("Nothing new");
            Files.writeString(file, Files.readString(file) + "7,1,x\n");
            assertThat(run(budget, file).out()).startsWith("1 lines accepted");
        }
    }

    @Test
    void shouldRefuseToGoOnWithSomethingElse() throws Exception {
        Path file = Files.writeString(directory.resolve("calls.csv"), csv(LINES));
        try (StubBudget budget = new StubBudget(directory, ImportTest::accept)) {
            run(budget, file);
            assertThat(run(budget, file, "--set", "component=other").err())
                    .contains("other options", "--restart");
            Files.writeString(file, csv(LINES).replace("0,1", "9,1"));
            assertThat(run(budget, file).err()).contains("begins otherwise", "--restart");
            assertThat(run(budget, file, "--restart").out()).startsWith("95 lines accepted");
        }
    }

    @Test
    void shouldKeepRefusedLinesWithTheirReasons() throws Exception {
        Path file = directory.resolve("calls.jsonl");
        Files.writeString(
                file,
                """
                {"prompt":1,"output_tokens":2}
                not json

                {"prompt":-1,"output_tokens":2}
                {"prompt":3,"output_tokens":2}
                """);
        String answer =
                "{\"accepted\":1,\"refused\":1,\"refusals\":[{\"index\":1,\"code\":\"invalid_value\",\"message\":\"no\"}]}";
        try (StubBudget budget = new StubBudget(directory, 200, answer)) {
            Ended ended = run(budget, file);

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.out()).startsWith("1 lines accepted, 3 refused");
            List<String> refused =
                    Files.readAllLines(directory.resolve("calls.jsonl.refused.jsonl"));
            assertThat(refused).hasSize(3);
            assertThat(refused.get(0))
                    .contains("\"line\":2", "not JSON", "\"record\":\"not json\"");
            assertThat(refused.get(1)).contains("\"line\":4", "input_tokens: \\\"-1\\\"");
            assertThat(refused.get(2))
                    .contains("\"line\":5", "\"code\":\"invalid_value\"", "\"message\":\"no\"");
        }
    }

    @Test
    void shouldBeginTheRefusedLinesAnewWhenTheirFileWasTakenAway() throws Exception {
        Path file = Files.writeString(directory.resolve("calls.csv"), csv(2) + "x,1,\n");
        Path refused = directory.resolve("calls.csv.refused.jsonl");
        try (StubBudget budget = new StubBudget(directory, ImportTest::accept)) {
            run(budget, file);
            assertThat(Files.readAllLines(refused)).hasSize(1);
            Files.delete(refused);
            Files.writeString(file, Files.readString(file) + "y,1,\n");

            assertThat(run(budget, file).out()).startsWith("0 lines accepted, 1 refused");

            assertThat(Files.readString(refused)).startsWith("{\"line\":");
            Files.writeString(file, Files.readString(file) + "z,1,\n");
            run(budget, file);
            assertThat(Files.readAllLines(refused))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).startsWith("{\"line\":"));
        }
    }

    private static long tokens(StubBudget budget) {
        return budget.asked().stream()
                .flatMap(asked -> asked.body().lines())
                .mapToLong(line -> JsonTree.parse(line).at("input_tokens").amount().longValue())
                .sum();
    }

    @Test
    void shouldLeaveALineThatIsBeingWrittenForTheNextRun() throws Exception {
        String header = "output_tokens,prompt\n";
        Path file = Files.writeString(directory.resolve("calls.csv"), "output_tokens,pro");
        try (StubBudget budget = new StubBudget(directory, ImportTest::accept)) {
            assertThat(run(budget, file).out()).contains("Line 1, the last, has no line end");
            Files.writeString(file, header + "1,100\n1,12");

            assertThat(run(budget, file, "--dry-run").out())
                    .contains("1 lines are good, 0 are not", "Line 3, the last, has no line end");
            Ended half = run(budget, file);
            assertThat(half.code()).isZero();
            assertThat(half.out())
                    .startsWith("1 lines accepted, 0 refused")
                    .contains(
                            "Line 3, the last, has no line end and was left for the next run;"
                                    + " --whole sends it.");
            assertThat(run(budget, file).out())
                    .startsWith("0 lines accepted, 0 refused")
                    .doesNotContain("the whole file was in");
            assertThat(tokens(budget)).isEqualTo(100);

            Files.writeString(file, header + "1,100\n1,12345\n1,7");
            assertThat(run(budget, file).out()).startsWith("1 lines accepted, 0 refused");
            assertThat(tokens(budget)).isEqualTo(12_445);

            assertThat(run(budget, file, "--whole").out())
                    .startsWith("1 lines accepted, 0 refused")
                    .doesNotContain("no line end");
            assertThat(tokens(budget)).isEqualTo(12_452);
            assertThat(ids(budget)).hasSize(3);
        }
    }

    @Test
    void shouldTakeTheEndOfAGzippedFileForTheEndOfItsLastLine() throws Exception {
        Path file = directory.resolve("calls.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"prompt\":5,\"output_tokens\":1}".getBytes(StandardCharsets.UTF_8));
        }
        try (StubBudget budget = new StubBudget(directory, ImportTest::accept)) {
            assertThat(run(budget, file).out())
                    .startsWith("1 lines accepted")
                    .doesNotContain("no line end");
            assertThat(tokens(budget)).isEqualTo(5);
        }
    }

    @Test
    void shouldRepeatWhatWasNotTaken() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        Path file = Files.writeString(directory.resolve("calls.csv"), csv(3));
        try (StubBudget budget =
                new StubBudget(
                        directory,
                        asked ->
                                tries.incrementAndGet() < 3
                                        ? new Told(429, "", Map.of("Retry-After", "0"))
                                        : accept(asked))) {
            assertThat(run(budget, file, "--retry-for", "60").code()).isZero();
            assertThat(ids(budget)).hasSize(3);
            assertThat(budget.asked()).hasSize(3);
        }
    }

    @Test
    void shouldStopAtOnceWithoutAKey() throws Exception {
        Path file = Files.writeString(directory.resolve("calls.csv"), csv(3));
        try (StubBudget budget = new StubBudget(directory, 401, "{\"detail\":\"a key\"}")) {
            assertThat(run(budget, file, "--retry-for", "60").code()).isEqualTo(4);
            assertThat(budget.asked()).hasSize(1);
        }
    }

    @Test
    void shouldSendNothingWhenItRunsDry() throws Exception {
        Path file = Files.writeString(directory.resolve("calls.csv"), csv(3) + "x,1,\n1,2\n");
        try (StubBudget budget = new StubBudget(directory, ImportTest::accept)) {
            Ended ended = run(budget, file, "--dry-run");

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.out())
                    .contains(
                            "line 8: input_tokens: \"x\" (expected: an integer",
                            "line 9: 2 cells (expected: 3",
                            "3 lines are good, 2 are not");
            assertThat(budget.asked()).isEmpty();
            assertThat(directory.resolve("calls.csv.budget-import")).doesNotExist();
        }
    }

    @Test
    void shouldMoveOldCallsToNowAndReadGzip() throws Exception {
        Path file = directory.resolve("trace.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(
                    """
                    TIMESTAMP,ContextTokens,GeneratedTokens
                    2023-11-16 18:17:03.9,10,1
                    2023-11-16 18:18:03.9,20,2
                    """
                            .getBytes(StandardCharsets.UTF_8));
        }
        java.time.Instant before = java.time.Instant.now().minusSeconds(2);
        try (StubBudget budget = new StubBudget(directory, ImportTest::accept)) {
            Ended ended =
                    budget.run(
                            "import", file.toString(), "--format", "azure-trace", "--shift-to-now");

            assertThat(ended.code()).isZero();
            List<JsonTree> records =
                    budget.asked().getFirst().body().lines().map(JsonTree::parse).toList();
            java.time.Instant first =
                    java.time.Instant.parse(records.get(0).at("timestamp").text());
            java.time.Instant last = java.time.Instant.parse(records.get(1).at("timestamp").text());
            assertThat(java.time.Duration.between(first, last)).hasSeconds(60);
            assertThat(last).isAfter(before);
        }
    }

    @Test
    void shouldExportRecordsPageByPage() throws Exception {
        try (StubBudget budget =
                new StubBudget(
                        directory,
                        asked ->
                                Told.of(
                                        200,
                                        asked.target().contains("cursor=c2")
                                                ? "{\"items\":[{\"record_id\":\"b\",\"model\":\"-m\"}],\"next\":null}"
                                                : "{\"items\":[{\"record_id\":\"a\"}],\"next\":\"c2\"}"))) {
            assertThat(budget.run("export", "records", "--output", "json").out())
                    .isEqualTo("{\"record_id\":\"a\"}\n{\"record_id\":\"b\",\"model\":\"-m\"}\n");
            Path file = directory.resolve("out.csv");
            assertThat(budget.run("export", "-o", file.toString()).code()).isZero();
            assertThat(Files.readAllLines(file)).hasSize(3).last().asString().contains("'-m");
        }
    }
}
