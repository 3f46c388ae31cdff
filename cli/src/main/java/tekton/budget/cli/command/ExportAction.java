package tekton.budget.cli.command;

import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.feed.RecordExport;
import tekton.budget.cli.settings.OutputFormat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Streams records, a report or a billing export, to a file or to standard output. */
final class ExportAction implements CliAction {

    /** Standard output that fails when nobody reads it any more. */
    private static final class OpenPipe extends OutputStream {
        private final PrintStream out;

        OpenPipe(PrintStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            if (out.checkError()) {
                throw new IOException("nobody reads it any more");
            }
        }
    }

    static CliCommand command() {
        return new CliCommand("export", "records, usage or FOCUS rows, to a file or a pipe")
                .example("budget export records --from 2026-11-01 --output csv -o november.csv")
                .maybe("records|usage|focus", "what (records)")
                .option("--file,-o", "where to (standard output); whole or not at all")
                .query("--from", "from", "from this time or date on")
                .query("--to", "to", "until this time, or with this date")
                .query("--period", "period", "of usage and focus: the present one")
                .query("--budget,--budget-id", "budget_id", "only this budget")
                .filters("component", "provider", "model", "task_type")
                .query("--by", "group_by", "of usage: as in budget usage (all but time)")
                .query("--focus-version", "version", "of focus: 1.2 or 1.3")
                .query("--profile", "profile", "of focus: focus or cloudzero")
                .runs(new ExportAction());
    }

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        String what = input.argument(0).isEmpty() ? "records" : input.argument(0);
        if (!List.of("records", "usage", "focus").contains(what)) {
            throw CliFailure.usage("\"" + what + "\" (expected: records, usage or focus)");
        }
        try {
            if (!input.has("--file")) {
                write(context, input, what, new OpenPipe(context.out()));
                return ExitCode.OK;
            }
            Path file = context.world().path(input.text("--file"));
            Path part = file.resolveSibling(file.getFileName() + ".part");
            try (OutputStream out = Files.newOutputStream(part)) {
                write(context, input, what, out);
            } catch (CliFailure | IOException failed) {
                Files.deleteIfExists(part);
                throw failed;
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            context.err().println(file + ": " + Files.size(file) + " bytes");
            return ExitCode.OK;
        } catch (IOException unwritable) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    "the output cannot be written: " + unwritable.getMessage(),
                    unwritable,
                    List.of());
        }
    }

    private static void write(CliContext context, CliInput input, String what, OutputStream out)
            throws IOException {
        Map<String, String> query = new LinkedHashMap<>();
        for (CliOption option : input.command().options()) {
            query.put(option.field(), input.text(option.name()));
        }
        query.remove("");
        boolean csv = context.output() != OutputFormat.JSON;
        switch (what) {
            case "records" -> {
                query.put("start_date", query.getOrDefault("from", ""));
                query.put("end_date", query.getOrDefault("to", ""));
                List.of("from", "to", "period", "group_by", "version", "profile")
                        .forEach(query::remove);
                new RecordExport(context.client()).write(query, csv, out);
            }
            case "usage" -> {
                query.merge(
                        "group_by",
                        "budget,component,provider,model,tier,task_type",
                        (given, absent) -> given.isEmpty() ? absent : given);
                query.put("format", csv ? "csv" : "json");
                download(context, "/api/reports/usage", query, List.of("version", "profile"), out);
            }
            default -> {
                query.put("format", csv ? "csv" : "jsonl");
                download(
                        context,
                        "/api/exports/focus",
                        query,
                        List.of("group_by", "component", "provider", "model", "task_type"),
                        out);
            }
        }
        out.flush();
    }

    private static void download(
            CliContext context,
            String path,
            Map<String, String> query,
            List<String> foreign,
            OutputStream out) {
        for (String name : foreign) {
            if (!query.getOrDefault(name, "").isEmpty()) {
                throw CliFailure.usage("--" + name.replace('_', '-') + " does not belong here");
            }
        }
        query.keySet().removeAll(foreign);
        context.client().download(ApiClient.withQuery(path, query), Map.of("Accept", "*/*"), out);
    }
}
