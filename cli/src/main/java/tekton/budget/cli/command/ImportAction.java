package tekton.budget.cli.command;

import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.feed.FieldMapping;
import tekton.budget.cli.feed.ImportFormat;
import tekton.budget.cli.feed.ImportOrder;
import tekton.budget.cli.feed.ImportRun;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Imports a file of usage. */
final class ImportAction implements CliAction {

    /** Options that may be given several times. */
    static final Set<String> REPEATED = Set.of("--map", "--set");

    private static final List<String> SHORT_SETS =
            List.of("provider", "model", "component", "context", "budget");
    private static final int BATCH_MAX = 1_000;
    private static final int MISTAKES = 20;
    private static final int RETRY_SECONDS = 120;
    private static final int RETRY_MAX = 86_400;
    private static final Duration OLDEST = Duration.ofDays(35);

    static CliCommand command() {
        return new CliCommand("import", "usage from a file: CSV or JSON lines, also gzipped")
                .example(
                        "budget import calls.csv --map input_tokens=prompt --set provider=openai"
                                + " --dry-run")
                .argument("FILE", "the file; - for standard input")
                .option(
                        "--format",
                        "whose columns it has (budget)",
                        "budget",
                        "litellm",
                        "azure-trace")
                .option("--map", "FIELD=COLUMN: where a field comes from; may be repeated")
                .option("--set", "FIELD=VALUE: the same for all lines; may be repeated")
                .option("--provider", "the same as --set provider=…")
                .option("--model", "the same as --set model=…")
                .option("--component", "the same as --set component=…")
                .option("--context", "the same as --set context_id=…")
                .option("--budget", "the same as --set budget_id=…")
                .choice("--shift-to-now", "moves all times so that the last one is now")
                .choice("--dry-run", "sends nothing; tells the first mistakes")
                .choice("--restart", "begins anew, whatever an earlier run did")
                .choice("--whole", "nobody writes to the file: a last line without an end is one")
                .option("--source", "a name for the ids of lines without one (the file's name)")
                .option("--batch", "how many lines in one request, at most 1,000")
                .option("--retry-for", "seconds that a lost request is repeated for (120)")
                .runs(new ImportAction());
    }

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        String name = input.argument(0);
        Path file = name.equals("-") ? null : context.world().path(name);
        if (file == null && input.has("--shift-to-now")) {
            throw CliFailure.usage(
                    "--shift-to-now: FILE is - (expected: a file, which is read twice)");
        }
        String source =
                input.has("--source")
                        ? input.text("--source")
                        : file == null ? "-" : String.valueOf(file.getFileName());
        Map<String, String> set = pairs("--set", input.texts("--set"));
        for (String field : SHORT_SETS) {
            if (input.has("--" + field)) {
                boolean id = field.equals("context") || field.equals("budget");
                set.put(id ? field + "_id" : field, input.text("--" + field));
            }
        }
        String format = input.has("--format") ? input.text("--format") : "budget";
        FieldMapping mapping =
                new FieldMapping(
                        ImportFormat.valueOf(format.toUpperCase(Locale.ROOT).replace('-', '_')),
                        pairs("--map", input.texts("--map")),
                        set,
                        Map.of("context_id", "import-" + source, "component", "import"));
        ImportOrder order =
                new ImportOrder(
                        file,
                        source,
                        mapping,
                        input.has("--shift-to-now"),
                        input.has("--restart"),
                        input.has("--whole"),
                        input.integer("--batch", BATCH_MAX, 1, BATCH_MAX),
                        Duration.ofSeconds(
                                input.integer("--retry-for", RETRY_SECONDS, 0, RETRY_MAX)));
        ImportRun run = new ImportRun(order, context.world(), context.client());
        return input.has("--dry-run") ? run.dryRun(MISTAKES, OLDEST) : run.run();
    }

    private static Map<String, String> pairs(String option, List<String> given) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : given) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw CliFailure.usage(option + ": \"" + pair + "\" (expected: FIELD=…)");
            }
            pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return pairs;
    }
}
