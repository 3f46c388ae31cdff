package tekton.budget.cli.command;

import java.util.List;

/** Commands about usage: what was spent, record by record and in sums. */
final class UsageWords {

    static final String SUMS =
            "input_tokens:Input:count|output_tokens:Output:count|total_tokens:Tokens:count|record_count:Calls:count|unpriced_tokens:Unpriced:count|total_cost:Cost"
                + " USD:money";

    private static final String RECORD =
            "record_id:Record|timestamp:Time:time|budget_id:Budget|context_id:Context"
                + "|component:Component|provider:Provider|model:Model|user_id:User|task_type:Task"
                + " type|tier:Tier|input_tokens:Input:count|cached_input_tokens:of it"
                + " cached:count|cache_write_tokens:of it"
                + " written:count|output_tokens:Output:count|reasoning_tokens:of it"
                + " reasoning:count|total_cost:Cost"
                + " USD:money|pricing_version:Price|unpriced:Unpriced:flag"
                + "|estimated:Estimated:flag|allocation_id:Allocation|metadata:Metadata";

    private UsageWords() {}

    static List<CliCommand> commands() {
        return List.of(
                new CliCommand("status", "how every limit stands")
                        .example("budget status --period monthly")
                        .get("/api/usage/summary")
                        .query("--period", "period", "which period (daily)")
                        .filters("tier", "provider", "component")
                        .choice("--full", "also limits that nothing was used of")
                        .rows(StatusAction.COLUMNS)
                        .runs(new StatusAction()),
                reportOptions(
                                new CliCommand("usage", "what was used, by model or anything else")
                                        .example("budget usage --by budget,model --period monthly"))
                        .runs(new ReportAction()),
                reportOptions(
                                new CliCommand("reports usage", "the same as: budget usage")
                                        .example("budget reports usage --by day --from 2026-11-01"))
                        .runs(new ReportAction()),
                new CliCommand("reports summary", "a period in one view")
                        .example("budget reports summary --period weekly")
                        .get("/api/reports/summary")
                        .query("--period", "period", "hourly, daily, weekly or monthly (daily)")
                        .query("--budget,--budget-id", "budget_id", "only this budget")
                        .filters("provider", "component", "model", "task_type")
                        .query("--from,--start-time", "start_time", "from this time on")
                        .query("--to,--end-time", "end_time", "until this time")
                        .object(
                                "period:Period|start_time:From:time|end_time:To:time|count:Calls:count|total_input_tokens:Input"
                                    + " tokens:count|total_output_tokens:Output tokens:count"
                                    + "|total_tokens:Tokens:count|unpriced_tokens:Unpriced:count|total_cost:Cost"
                                    + " USD:money|groups:By field"),
                new CliCommand("get-usage", "usage by hour, day, week or month (Tekton's words)")
                        .example("budget get-usage daily --days 7")
                        .period("how long a row is")
                        .option("--days", "how many days back (7)")
                        .query("--start-date", "start_date", "from this day on, instead of --days")
                        .query("--end-date", "end_date", "until this day")
                        .query("--budget,--budget-id", "budget_id", "only this budget")
                        .filters("provider", "model", "component")
                        .get("/api/usage/analytics?period={0}")
                        .rows(
                                "date:Date|provider:Provider|model:Model|component:Component"
                                        + "|request_count:Calls:count|input_tokens:Input:count"
                                        + "|output_tokens:Output:count|total_cost:Cost USD:money")
                        .runs(new DaysAction()),
                new CliCommand("record", "report one call of a model")
                        .example(
                                "budget record --context chat-7 --component shop --provider openai"
                                        + " --model gpt-4o --input-tokens 1200 --output-tokens 90")
                        .post("/api/usage/record")
                        .text("--context,--context-id", "context_id", "the conversation or job")
                        .text("--component", "component", "who called")
                        .required()
                        .text("--provider", "provider", "such as openai")
                        .required()
                        .text("--model", "model", "such as gpt-4o")
                        .required()
                        .number("--input-tokens", "input_tokens", "tokens that went in")
                        .required()
                        .number("--output-tokens", "output_tokens", "tokens that came out")
                        .required()
                        .number("--cached-input-tokens", "cached_input_tokens", "of the input")
                        .number("--cache-write-tokens", "cache_write_tokens", "of the input")
                        .number("--reasoning-tokens", "reasoning_tokens", "of the output")
                        .text(
                                "--id,--record-id",
                                "record_id",
                                "counts once, however often it is sent")
                        .text("--budget,--budget-id", "budget_id", "whose money it is (default)")
                        .text("--allocation,--allocation-id", "allocation_id", "what it draws on")
                        .text("--task-type", "task_type", "what it was for")
                        .text("--user,--user-id", "user_id", "for whom")
                        .text("--tier", "tier", "else it follows from the model")
                        .text("--service-tier", "service_tier", "standard, batch, flex or priority")
                        .text("--timestamp", "timestamp", "ISO-8601; now")
                        .json("--metadata", "metadata", "a JSON object")
                        .object(RECORD),
                new CliCommand("records list", "counted records, the newest first")
                        .example("budget records list --model gpt-4o --limit 50")
                        .get("/api/usage/records")
                        .query("--budget,--budget-id", "budget_id", "only this budget")
                        .query("--context,--context-id", "context_id", "only this context")
                        .query("--allocation,--allocation-id", "allocation_id", "only this one")
                        .query("--user,--user-id", "user_id", "only this user")
                        .filters("component", "provider", "model", "tier", "task_type")
                        .query("--from,--start-date", "start_date", "date or time, included")
                        .query("--to,--end-date", "end_date", "date or time, included")
                        .byCursor()
                        .rows(
                                "timestamp:Time:time|budget_id:Budget|context_id:Context"
                                        + "|component:Component|provider:Provider|model:Model"
                                        + "|input_tokens:Input:count|output_tokens:Output:count"
                                        + "|total_cost:Cost USD:money|record_id:Record"),
                new CliCommand("records get", "one record")
                        .example("budget records get 0199-… --context chat-7")
                        .argument("ID", "the record's id")
                        .query("--context,--context-id", "context_id", "where several have that id")
                        .get("/api/usage/records/{0}")
                        .object(RECORD),
                new CliCommand("records story", "how a record's cost came about")
                        .example("budget records story 0199-…")
                        .argument("ID", "the record's id")
                        .query("--context,--context-id", "context_id", "where several have that id")
                        .get("/api/usage/records/{0}/story")
                        .object(
                                "record.record_id:Record|record.timestamp:Time:time"
                                    + "|record.provider:Provider|record.model:Model|log.topic:Topic"
                                    + "|log.partition:Partition|log.offset:Offset|log.appended_at:In"
                                    + " the log:time|price.pricing_id:Price|breakdown:Breakdown|request_cost:Per"
                                    + " request:money|record.total_cost:Cost USD:money"
                                    + "|allocation.allocation_id:Allocation|repeats:Repeats"),
                totals("budgets"),
                totals("contexts"),
                totals("components"),
                totals("users"));
    }

    private static CliCommand reportOptions(CliCommand command) {
        return command.query(
                        "--by,--group-by",
                        "group_by",
                        "any of budget, component, context, provider, model, tier, task_type, user"
                                + " and one of hour, day, week, month, with commas (model)")
                .query("--period", "period", "hourly, daily, weekly or monthly (daily)")
                .query("--from", "from", "from this time or date on")
                .query("--to", "to", "until this time, or with this date")
                .query("--budget,--budget-id", "budget_id", "only this budget")
                .query("--context,--context-id", "context_id", "only this context")
                .query("--user,--user-id", "user_id", "only this user")
                .filters("component", "provider", "model", "tier", "task_type")
                .get("/api/reports/usage?format=json");
    }

    private static CliCommand totals(String what) {
        return new CliCommand(
                        "totals " + what, "the sums of one of the " + what + ", or the largest")
                .example("budget totals " + what + " --top cost")
                .maybe("ID", "whose; without it a list")
                .query("--top", "top", "the largest by this", "cost", "tokens", "records")
                .query("--period", "period", "with an ID: hourly, daily, weekly or monthly")
                .query("--from", "from", "with an ID: from this time or date on")
                .query("--to", "to", "with an ID: until this time or date")
                .query("--limit", "limit", "how many (20)")
                .query("--after", "after", "the list behind this id")
                .get("/api/totals/" + what)
                .rows("id:Id|" + SUMS + "|last_at:Last:time")
                .runs(new TotalsAction());
    }
}
