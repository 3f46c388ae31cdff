package tekton.budget.cli.command;

import java.util.List;

/** Commands about alerts and their channels, files, and the running system. */
final class OperatorWords {

    private static final String ALERT =
            "alert_id:Alert|timestamp:Time:time|severity:Severity|type:Type|budget_id:Budget"
                    + "|policy_id:Policy|title:Title|message:Message|details:Details"
                    + "|acknowledged:Acknowledged:flag|acknowledged_by:By|acknowledged_at:At:time"
                    + "|snoozed_until:Snoozed until:time";

    private static final String CHANNEL =
            "channel_id:Channel|name:Name|kind:Kind|url:URL|enabled:Enabled:flag"
                    + "|disabled_reason:Why not|severities:Severities|types:Types|budgets:Budgets"
                    + "|owners:Owners";

    private OperatorWords() {}

    static List<CliCommand> commands() {
        return List.of(
                new CliCommand("alerts list", "alerts that nobody has seen, or all of a kind")
                        .example("budget alerts list --severity critical")
                        .get("/api/alerts")
                        .query("--budget,--budget-id", "budget_id", "only of this budget")
                        .filters("severity", "type")
                        .flag("--acknowledged", "acknowledged", "true", "those that were seen")
                        .flag(
                                "--unacknowledged",
                                "acknowledged",
                                "false",
                                "those not seen (default)")
                        .query("--snoozed", "snoozed", "also or only snoozed ones", "true", "all")
                        .paged()
                        .rows(
                                "timestamp:Time:time|severity:Severity|type:Type|budget_id:Budget"
                                        + "|message:Message|acknowledged:Seen:flag|alert_id:Alert"),
                new CliCommand("alerts get", "one alert")
                        .example("budget alerts get 86c202aa-…")
                        .argument("ID", "the alert's id")
                        .get("/api/alerts/{0}")
                        .object(ALERT),
                new CliCommand("alerts acknowledge", "says that somebody has seen it")
                        .example("budget alerts acknowledge 86c202aa-… --by ann")
                        .argument("ID", "the alert's id")
                        .query("--by,--user", "acknowledged_by", "who; the key's name with keys")
                        .act("/api/alerts/{0}/acknowledge")
                        .says("Acknowledged by {acknowledged_by}: {message}"),
                new CliCommand("alerts snooze", "hides it for a while")
                        .example("budget alerts snooze 86c202aa-… --minutes 120")
                        .argument("ID", "the alert's id")
                        .number("--minutes", "minutes", "1 to 43,200; 0 shows it again")
                        .text("--until", "until", "ISO-8601, instead")
                        .post("/api/alerts/{0}/snooze")
                        .object(ALERT),
                new CliCommand("alerts resend", "delivers it once more")
                        .example("budget alerts resend 86c202aa-…")
                        .argument("ID", "the alert's id")
                        .query("--channel,--channel-id", "channel_id", "only there")
                        .act("/api/alerts/{0}/resend")
                        .object("message:Result|alert_id:Alert|channels:Channels"),
                new CliCommand("alerts deliveries", "who was told, and what they answered")
                        .example("budget alerts deliveries 86c202aa-…")
                        .argument("ID", "the alert's id")
                        .get("/api/alerts/{0}/deliveries")
                        .rows(
                                "delivery_id:Delivery|channel_id:Channel|state:State|tries:Tries:count"
                                    + "|next_at:Next:time|attempts:Attempts"),
                new CliCommand("alerts check", "looks now, and shows the alerts that this makes")
                        .example("budget alerts check --budget team-a")
                        .query("--budget,--budget-id", "budget_id", "only this budget")
                        .query("--period", "period", "only limits of this period")
                        .act("/api/alerts/check")
                        .rows("timestamp:Time:time|severity:Severity|type:Type|message:Message"),
                new CliCommand("channels list", "where alerts go")
                        .example("budget channels list")
                        .get("/api/alerts/channels")
                        .rows(
                                "channel_id:Channel|name:Name|kind:Kind|url:URL|severities:Severities"
                                    + "|types:Types|budgets:Budgets|enabled:Enabled:flag"),
                new CliCommand("channels get", "one channel")
                        .example("budget channels get ops")
                        .argument("ID", "the channel's id")
                        .get("/api/alerts/channels/{0}")
                        .object(CHANNEL),
                new CliCommand("channels create", "a webhook, Slack or the log")
                        .example("budget channels create ops webhook --to https://ops.example/hook")
                        .argument("NAME", "its name")
                        .argument("KIND", "webhook, slack or log")
                        .always("name", "{0}")
                        .always("kind", "{1}")
                        .text("--to", "url", "where to; for webhook and slack")
                        .texts("--severities", "severities", "only these, with commas")
                        .texts("--types", "types", "only these, with commas")
                        .texts("--budgets", "budgets", "only these, with commas")
                        .texts("--owners", "owners", "only these, with commas")
                        .post("/api/alerts/channels")
                        .object(CHANNEL + "|secret:Secret, shown once"),
                new CliCommand("channels test", "delivers a test event now")
                        .example("budget channels test ID")
                        .argument("ID", "the channel's id")
                        .act("/api/alerts/channels/{0}/test")
                        .object("delivered:Delivered:flag|message:Result"),
                new CliCommand("channels enable", "brings a disabled channel back")
                        .example("budget channels enable ID")
                        .argument("ID", "the channel's id")
                        .alwaysTrue("enabled")
                        .put("/api/alerts/channels/{0}")
                        .object(CHANNEL),
                new CliCommand("channels disable", "delivers nothing there any more")
                        .example("budget channels disable ID")
                        .argument("ID", "the channel's id")
                        .asks("Deliver nothing to the channel {0} any more?")
                        .act("/api/alerts/channels/{0}/disable")
                        .object(CHANNEL),
                new CliCommand("channels delete", "forgets a channel")
                        .example("budget channels delete ID")
                        .argument("ID", "the channel's id")
                        .asks("Delete the channel {0}?")
                        .delete("/api/alerts/channels/{0}")
                        .says("{message}"),
                new CliCommand("dead-letters list", "records that could not count, and why")
                        .example("budget dead-letters list --reason invalid")
                        .get("/api/dead-letters")
                        .query("--reason", "reason", "only with this reason")
                        .byCursor()
                        .rows(
                                "dead_at:Time:time|reason:Reason|message:Message|topic:Topic"
                                        + "|resendable:Resendable:flag|dead_letter_id:Id"),
                new CliCommand("dead-letters resend", "sends one to its topic again")
                        .example("budget dead-letters resend 0:17")
                        .argument("ID", "of: budget dead-letters list")
                        .asks("Send {0} to its topic again?")
                        .act("/api/dead-letters/{0}/resend")
                        .object("dead_letter_id:Id|topic:Topic|position:Position"),
                new CliCommand("system", "instances, partitions and how far they lag")
                        .example("budget system")
                        .get("/api/system")
                        .object(
                                "lag_total:Lag:count|behind_ms:Behind ms:count|disk.free_bytes:Disk"
                                    + " free:count|disk.total_bytes:of:count|instances:Instances"),
                ImportAction.command(),
                ExportAction.command(),
                new CliCommand("watch", "a live view of what is spent; Ctrl-C ends it")
                        .example("budget watch --interval 5 --period daily")
                        .option("--interval", "seconds between two looks (2)")
                        .option(
                                "--period",
                                "whose limits: hourly, daily, weekly or monthly (daily)")
                        .option("--by", "what the sums are by (model)")
                        .runs(new WatchAction()),
                new CliCommand("doctor", "checks everything, and says what to do")
                        .example("budget doctor --url http://budget:8013")
                        .runs(new DoctorAction()),
                new CliCommand("config", "each setting and where it came from; never a key")
                        .example("budget config")
                        .runs(new ConfigAction()),
                new CliCommand("completion", "a script for your shell")
                        .example("source <(budget completion bash)")
                        .argument("SHELL", "bash or zsh")
                        .runs(new CompletionAction()));
    }
}
