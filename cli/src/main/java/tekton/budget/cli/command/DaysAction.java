package tekton.budget.cli.command;

import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.ExitCode;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tekton's {@code get-usage}: the rows of the last days. */
final class DaysAction implements CliAction {

    private static final int WEEK = 7;
    private static final int DAYS_MAX = 400;

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        Map<String, String> query = new LinkedHashMap<>();
        for (CliOption option : input.command().options()) {
            if (option.place() == CliOption.Place.QUERY) {
                query.put(option.field(), input.text(option.name()));
            }
        }
        int days = input.integer("--days", WEEK, 1, DAYS_MAX);
        if (!input.has("--start-date")) {
            LocalDate today = LocalDate.now(context.zone());
            query.put("start_date", today.minusDays(days - 1L).toString());
        }
        if (!input.has("--end-date")) {
            query.put("end_date", LocalDate.now(context.zone()).toString());
        }
        query.put("zone", context.zone().getId());
        String path = RestAction.filled(input.command().path(), input, true);
        RestAction.show(
                context,
                input.command(),
                context.client().get(ApiClient.withQuery(path, query)).orFail());
        return ExitCode.OK;
    }
}
