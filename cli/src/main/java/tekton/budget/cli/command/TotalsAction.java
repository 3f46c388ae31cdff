package tekton.budget.cli.command;

import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.ExitCode;

import java.util.LinkedHashMap;
import java.util.Map;

/** The totals of one id, or a list of them. */
final class TotalsAction implements CliAction {

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        Map<String, String> query = new LinkedHashMap<>();
        for (CliOption option : input.command().options()) {
            query.put(option.field(), input.text(option.name()));
        }
        String path = input.command().path();
        String id = input.argument(0);
        CliCommand shown = input.command();
        if (!id.isEmpty()) {
            path += "/" + ApiClient.escape(id);
            shown =
                    new CliCommand("", "")
                            .object(
                                    "id:Id|"
                                            + UsageWords.SUMS
                                            + "|first_at:First:time|last_at:Last:time");
        }
        RestAction.show(
                context, shown, context.client().get(ApiClient.withQuery(path, query)).orFail());
        return ExitCode.OK;
    }
}
