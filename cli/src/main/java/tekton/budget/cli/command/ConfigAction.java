package tekton.budget.cli.command;

import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.settings.OutputFormat;
import tekton.budget.cli.show.CsvText;
import tekton.budget.cli.show.TextTable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows the settings of this run, with their origins. */
final class ConfigAction implements CliAction {

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        List<JsonTree> rows = new ArrayList<>();
        context.settings()
                .all()
                .forEach(
                        (name, chosen) -> {
                            Map<String, JsonTree> row = new LinkedHashMap<>();
                            row.put("setting", JsonTree.of(name));
                            row.put("value", JsonTree.of(chosen.value()));
                            row.put("from", JsonTree.of(chosen.from()));
                            rows.add(JsonTree.of(row));
                        });
        OutputFormat output = context.output();
        context.out()
                .print(
                        switch (output) {
                            case JSON -> JsonTree.of(rows) + "\n";
                            case CSV -> CsvText.of(rows);
                            case TABLE ->
                                    TextTable.rows(
                                            CliCommand.columnsOf(
                                                    "setting:Setting|value:Value|from:From"),
                                            rows,
                                            context.zone(),
                                            0);
                        });
        return ExitCode.OK;
    }
}
