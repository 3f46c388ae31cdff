package tekton.budget.cli.command;

import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.EventFollower;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.show.CliColumn;
import tekton.budget.cli.show.LiveScreen;
import tekton.budget.cli.show.TextTable;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A live view: sums, limits and alerts. It looks when Budget tells that something was counted, and
 * every few seconds while it cannot tell. Without a terminal a line every few seconds.
 */
final class WatchAction implements CliAction {

    private static final int INTERVAL = 2;
    private static final int INTERVAL_MAX = 3_600;
    private static final long STEP_MS = 500;

    /** Between two looks, however much is counted: each is four requests. */
    private static final long LIVE_MIN_MS = 1_000;

    /** Reservations end and windows begin without an event. */
    private static final int LIVE_MAX = 15;

    /** All that decides what is looked at. */
    private record View(
            CliContext context, EventFollower events, int seconds, String period, String by) {

        Look look() {
            return WatchAction.look(context, events.position(), period, by);
        }

        /** How much later the next look is due when nothing is told. */
        long dueMs() {
            return 1_000L * (events.isLive() ? Math.max(seconds, LIVE_MAX) : seconds);
        }

        /** How it follows, for the eye. */
        String pace() {
            String trouble = events.trouble();
            return events.isLive()
                    ? "live"
                    : "every "
                            + seconds
                            + " s"
                            + (trouble.isEmpty() ? "" : ", no events: " + trouble);
        }
    }

    /** What one look saw. */
    private record Look(
            Instant at, String status, List<JsonTree> sums, JsonTree limits, String alerts) {

        BigDecimal sum(String field) {
            BigDecimal sum = BigDecimal.ZERO;
            for (JsonTree row : sums) {
                sum = sum.add(row.at(field).amount());
            }
            return sum;
        }
    }

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        int seconds = input.integer("--interval", INTERVAL, 1, INTERVAL_MAX);
        String period = input.has("--period") ? input.text("--period") : "daily";
        String by = input.has("--by") ? input.text("--by") : "model";
        Look first = look(context, "", period, by);
        try (EventFollower events = new EventFollower(context.client())) {
            events.start();
            View view = new View(context, events, seconds, period, by);
            return context.world().draws() ? draw(view, first) : print(view, first);
        }
    }

    private static Look look(CliContext context, String position, String period, String by) {
        ApiClient client = context.client();
        Map<String, String> behind =
                position.isEmpty() ? Map.of() : Map.of("Budget-Position", position);
        Map<String, String> query = new LinkedHashMap<>();
        query.put("group_by", by);
        query.put("period", period);
        query.put("zone", context.zone().getId());
        List<JsonTree> sums =
                new ArrayList<>(
                        client.send(
                                        "GET",
                                        ApiClient.withQuery("/api/reports/usage", query),
                                        behind,
                                        null)
                                .orFail()
                                .json()
                                .at("items")
                                .items());
        sums.sort((a, b) -> b.at("total_cost").amount().compareTo(a.at("total_cost").amount()));
        return new Look(
                Instant.now(),
                client.get("/health").json().at("status").text(),
                sums,
                StatusAction.fullest(context, Map.of("period", period)),
                client.get("/api/alerts?limit=1&page=1").orFail().json().at("total").text());
    }

    private static ExitCode print(View view, Look first) {
        CliContext context = view.context();
        Look look = first;
        while (true) {
            context.out().println(headline(context, look, look, view.period()));
            if (context.out().checkError() || !Repeating.pause(view.seconds() * 1_000L)) {
                return ExitCode.OK;
            }
            try {
                look = view.look();
            } catch (CliFailure failed) {
                context.err().println("budget: " + failed.text());
                context.err().flush();
            }
        }
    }

    private static ExitCode draw(View view, Look first) {
        try (LiveScreen screen = new LiveScreen(view.context().out())) {
            Look before = first;
            Look look = first;
            String trouble = "";
            while (true) {
                long seen = view.events().told();
                long began = System.nanoTime();
                LiveScreen.ScreenSize drawn = LiveScreen.size();
                String pace = view.pace();
                screen.draw(lines(view, before, look, trouble, drawn), drawn);
                while (!isDue(view, seen, (System.nanoTime() - began) / 1_000_000)) {
                    if (!view.events().await(seen, STEP_MS) || !Repeating.pause(STEP_MS / 5)) {
                        return ExitCode.INTERRUPTED;
                    }
                    LiveScreen.ScreenSize size = LiveScreen.size();
                    if (!size.equals(drawn) || !view.pace().equals(pace)) {
                        drawn = size;
                        pace = view.pace();
                        screen.draw(lines(view, before, look, trouble, size), size);
                    }
                }
                try {
                    Look now = view.look();
                    before = look;
                    look = now;
                    trouble = "";
                } catch (CliFailure failed) {
                    trouble = "Not now: " + failed.text();
                }
            }
        }
    }

    private static boolean isDue(View view, long seen, long goneMs) {
        return goneMs >= view.dueMs() || (view.events().told() != seen && goneMs >= LIVE_MIN_MS);
    }

    private static String headline(CliContext context, Look before, Look look, String period) {
        double seconds = (look.at().toEpochMilli() - before.at().toEpochMilli()) / 1_000.0;
        BigDecimal calls = look.sum("record_count");
        String rate =
                seconds <= 0
                        ? ""
                        : " ("
                                + CliColumn.grouped(
                                        calls.subtract(before.sum("record_count"))
                                                .max(BigDecimal.ZERO)
                                                .divide(
                                                        BigDecimal.valueOf(seconds),
                                                        1,
                                                        RoundingMode.HALF_UP))
                                + "/s)";
        return CliColumn.time(look.at().toString(), context.zone())
                + "  "
                + look.status()
                + "  "
                + period
                + ": "
                + CliColumn.money(look.sum("total_cost"))
                + " USD, "
                + CliColumn.grouped(look.sum("total_tokens"))
                + " tokens, "
                + CliColumn.grouped(calls)
                + " calls"
                + rate
                + ", "
                + look.alerts()
                + " open alerts";
    }

    private static List<String> lines(
            View view, Look before, Look look, String trouble, LiveScreen.ScreenSize size) {
        CliContext context = view.context();
        List<String> lines = new ArrayList<>();
        lines.add(headline(context, before, look, view.period()));
        lines.add(trouble.isEmpty() ? view.pace() : trouble);
        List<CliColumn> columns = new ArrayList<>();
        for (String field : view.by().split(",", -1)) {
            columns.add(CliColumn.of(field + ":" + field));
        }
        columns.addAll(CliCommand.columnsOf(UsageWords.SUMS));
        int room = Math.max(3, (size.lines() - 6) / 2);
        List<JsonTree> top = look.sums().subList(0, Math.min(room, look.sums().size()));
        lines.addAll(TextTable.rows(columns, top, context.zone(), size.columns()).lines().toList());
        if (top.size() < look.sums().size()) {
            lines.add("… and " + (look.sums().size() - top.size()) + " more");
        }
        lines.add("");
        lines.addAll(StatusAction.screen(context, look.limits(), size.columns()).lines().toList());
        return lines;
    }
}
