package tekton.budget.cli.command;

import tekton.budget.cli.call.ApiAnswer;
import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.settings.OutputFormat;
import tekton.budget.cli.show.CliColumn;
import tekton.budget.cli.show.TextTable;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report: the fields that it is grouped by, then the sums, the dearest first. */
final class ReportAction implements CliAction {

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        Map<String, String> query = new LinkedHashMap<>();
        for (CliOption option : input.command().options()) {
            query.put(option.field(), input.text(option.name()));
        }
        query.merge("group_by", "model", (given, absent) -> given.isEmpty() ? absent : given);
        if (!input.has("--from") && !input.has("--to")) {
            query.merge("period", "daily", (given, absent) -> given.isEmpty() ? absent : given);
        }
        query.put("zone", context.zone().getId());
        ApiAnswer answer =
                context.client()
                        .get(ApiClient.withQuery("/api/reports/usage?format=json", query))
                        .orFail();
        if (context.output() == OutputFormat.TABLE) {
            context.out().print(table(context, answer.json()));
        } else {
            RestAction.show(context, input.command().rows(""), answer);
        }
        return ExitCode.OK;
    }

    private static String table(CliContext context, JsonTree report) {
        List<CliColumn> columns = new ArrayList<>();
        for (JsonTree field : report.at("group_by").items()) {
            columns.add(CliColumn.of(field.text() + ":" + title(field.text())));
        }
        boolean byTime = columns.stream().anyMatch(c -> c.path().matches("hour|day|week|month"));
        columns.addAll(CliCommand.columnsOf(UsageWords.SUMS));
        List<JsonTree> rows = new ArrayList<>(report.at("items").items());
        if (!byTime) {
            rows.sort((a, b) -> b.at("total_cost").amount().compareTo(a.at("total_cost").amount()));
        }
        BigDecimal cost = BigDecimal.ZERO;
        BigDecimal tokens = BigDecimal.ZERO;
        BigDecimal unpriced = BigDecimal.ZERO;
        for (JsonTree row : rows) {
            cost = cost.add(row.at("total_cost").amount());
            tokens = tokens.add(row.at("total_tokens").amount());
            unpriced = unpriced.add(row.at("unpriced_tokens").amount());
        }
        String span =
                CliColumn.time(report.at("from").text(), context.zone())
                        + " to "
                        + CliColumn.time(report.at("to").text(), context.zone());
        if (rows.isEmpty()) {
            return "Nothing was used from " + span + ".\n";
        }
        return TextTable.rows(columns, rows, context.zone(), context.width())
                + "\n"
                + CliColumn.grouped(tokens)
                + " tokens, "
                + CliColumn.money(cost)
                + " USD from "
                + span
                + "\n"
                + (unpriced.signum() == 0
                        ? ""
                        : "Of these "
                                + CliColumn.grouped(unpriced)
                                + " tokens have no known price: budget prices set --help\n");
    }

    private static String title(String field) {
        return field.substring(0, 1).toUpperCase(Locale.ROOT)
                + field.substring(1).replace('_', ' ');
    }
}
