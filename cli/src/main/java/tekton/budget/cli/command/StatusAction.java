package tekton.budget.cli.command;

import tekton.budget.cli.call.ApiAnswer;
import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.settings.OutputFormat;
import tekton.budget.cli.show.TextTable;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the limits of a period stand, the fullest first. */
final class StatusAction implements CliAction {

    static final String COLUMNS =
            "budget_id:Budget|type:Type|scope:For|total_tokens_used:Tokens:count"
                + "|token_limit:of:count|token_usage_percentage:Used:share|total_cost:Cost"
                + " USD:money|cost_limit:of:money|cost_usage_percentage:Used:share|reserved_tokens:Reserved:count|exhausted_at:Full"
                + " at:time";

    /** A screen of them. */
    private static final String SHOWN = "20";

    private static final String NONE = "No limits. To make one: budget limits set --help\n";

    private static final List<String> SCOPE = List.of("tier", "provider", "component", "task_type");

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String name : List.of("period", "tier", "provider", "component")) {
            query.put(name, input.text("--" + name));
        }
        if (context.output() == OutputFormat.TABLE && !input.has("--full")) {
            context.out().print(screen(context, fullest(context, query), context.width()));
            return ExitCode.OK;
        }
        ApiAnswer answer =
                context.client().get(ApiClient.withQuery("/api/usage/summary", query)).orFail();
        if (context.output() == OutputFormat.TABLE) {
            context.out().print(full(context, answer.json().items()));
        } else {
            RestAction.show(context, input.command(), answer);
        }
        return ExitCode.OK;
    }

    /** A page of the fullest, as many as fit a screen: Budget sends no more than these. */
    static JsonTree fullest(CliContext context, Map<String, String> query) {
        Map<String, String> page = new LinkedHashMap<>(query);
        page.put("limit", SHOWN);
        return context.client()
                .get(ApiClient.withQuery("/api/usage/summary", page))
                .orFail()
                .json();
    }

    /** That page for a person. */
    static String screen(CliContext context, JsonTree limits, int width) {
        List<JsonTree> shown = new ArrayList<>();
        for (JsonTree limit : limits.at("items").items()) {
            if (isUsed(limit) || limit.at("type").text().equals("hard_limit")) {
                shown.add(limit);
            }
        }
        BigDecimal hidden = limits.at("total").amount().subtract(BigDecimal.valueOf(shown.size()));
        String table = table(context, shown, width);
        if (hidden.signum() == 0) {
            return shown.isEmpty() ? NONE : table;
        }
        return table + hidden + " more limits, of which less was used: budget status --full\n";
    }

    private static String full(CliContext context, List<JsonTree> limits) {
        List<JsonTree> shown = new ArrayList<>(limits);
        shown.sort(Comparator.comparing(StatusAction::share).reversed());
        return shown.isEmpty() ? NONE : table(context, shown, context.width());
    }

    private static String table(CliContext context, List<JsonTree> limits, int width) {
        List<JsonTree> rows = new ArrayList<>();
        for (JsonTree limit : limits) {
            rows.add(withScope(limit));
        }
        return rows.isEmpty()
                ? ""
                : TextTable.rows(CliCommand.columnsOf(COLUMNS), rows, context.zone(), width);
    }

    private static boolean isUsed(JsonTree limit) {
        return limit.at("total_tokens_used").amount().signum() > 0
                || limit.at("total_cost").amount().signum() > 0
                || limit.at("reserved_tokens").amount().signum() > 0;
    }

    private static BigDecimal share(JsonTree limit) {
        return limit.at("token_usage_percentage")
                .amount()
                .max(limit.at("cost_usage_percentage").amount());
    }

    private static JsonTree withScope(JsonTree limit) {
        Map<String, JsonTree> fields = new LinkedHashMap<>(limit.fields());
        List<String> scope = new ArrayList<>();
        for (String name : SCOPE) {
            if (!limit.at(name).isNull()) {
                scope.add(limit.at(name).text());
            }
        }
        fields.put("scope", JsonTree.of(scope.isEmpty() ? "everything" : String.join(" ", scope)));
        return JsonTree.of(fields);
    }
}
