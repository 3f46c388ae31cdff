package tekton.budget.cli.command;

import org.jspecify.annotations.Nullable;

import tekton.budget.cli.call.ApiAnswer;
import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.settings.OutputFormat;
import tekton.budget.cli.show.CliColumn;
import tekton.budget.cli.show.CsvText;

import java.math.BigDecimal;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks what can go wrong between a person and Budget, and says for each what to do. */
final class DoctorAction implements CliAction {

    private static final Duration SKEW_WARNS = Duration.ofSeconds(5);

    /** Budget refuses records from further ahead. */
    private static final Duration SKEW_MAX = Duration.ofMinutes(5);

    private static final Duration PRICES_OLD = Duration.ofDays(2);
    private static final long BEHIND_WARNS_MS = 10_000;
    private static final long BEHIND_MAX_MS = 120_000;
    private static final BigDecimal FREE_WARNS = new BigDecimal("0.10");
    private static final BigDecimal FREE_MIN = new BigDecimal("0.03");

    private enum State {
        OK,
        WARNING,
        WRONG
    }

    private record Finding(String check, State state, String text, String advice) {}

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        List<Finding> findings = new ArrayList<>();
        address(context, findings);
        JsonTree health = connection(context, findings);
        if (!health.isNull()) {
            parts(health, findings);
            ready(context, findings);
            if (access(context, findings)) {
                system(context, findings);
                sources(context, findings);
                unpriced(context, findings);
                deadLetters(context, findings);
            }
        }
        show(context, findings);
        return findings.stream().anyMatch(finding -> finding.state() == State.WRONG)
                ? ExitCode.FAILED
                : ExitCode.OK;
    }

    private static void address(CliContext context, List<Finding> findings) {
        String url = context.settings().url();
        String host = URI.create(url).getHost();
        boolean here = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        if (context.client().hasKey() && !here && url.startsWith("http://")) {
            warn(
                    findings,
                    "address",
                    url + " is not encrypted: others on the way can read the key",
                    "put a proxy with TLS in front, and use https://");
        } else {
            ok(findings, "address", url);
        }
    }

    private static JsonTree connection(CliContext context, List<Finding> findings) {
        long began = System.nanoTime();
        ApiAnswer answer;
        JsonTree health;
        try {
            answer = context.client().get("/health");
            health = answer.json();
        } catch (CliFailure failed) {
            wrong(findings, "connection", failed.text(), String.join("; ", failed.hints()));
            return JsonTree.NULL;
        }
        if (!health.at("component").text().equals("budget")) {
            wrong(
                    findings,
                    "connection",
                    "something answers there, and it is not Budget",
                    "name Budget's address: --url");
            return JsonTree.NULL;
        }
        long millis = (System.nanoTime() - began) / 1_000_000;
        ok(findings, "connection", "answered in " + millis + " ms");
        clock(answer.header("date"), findings);
        ok(findings, "version", "Budget " + health.at("version").text());
        return health;
    }

    private static void clock(@Nullable String date, List<Finding> findings) {
        if (date == null) {
            return;
        }
        try {
            Instant there =
                    ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            Duration skew = Duration.between(there, Instant.now());
            String text =
                    "this machine's clock and Budget's differ by " + skew.abs().toSeconds() + " s";
            if (skew.abs().compareTo(SKEW_MAX) > 0) {
                wrong(
                        findings,
                        "clock",
                        text,
                        "set the clocks (NTP): Budget refuses records that are"
                                + " 5 minutes ahead");
            } else if (skew.abs().compareTo(SKEW_WARNS) > 0) {
                warn(findings, "clock", text, "set the clocks (NTP)");
            } else {
                ok(findings, "clock", text);
            }
        } catch (DateTimeException unreadable) {
            warn(
                    findings,
                    "clock",
                    "the answer's date is unreadable: " + date,
                    "look at the proxy");
        }
    }

    private static void parts(JsonTree health, List<Finding> findings) {
        String status = health.at("status").text();
        String parts = health.at("parts").toString();
        switch (status) {
            case "healthy" -> ok(findings, "health", status);
            case "starting" ->
                    wrong(
                            findings,
                            "health",
                            "starting; missing: " + health.at("missing"),
                            "wait, and look at its log when it takes longer than a minute");
            default -> wrong(findings, "health", status + ": " + parts, "look at Budget's log");
        }
        JsonTree kafka = health.at("parts").at("kafka").at("status");
        if (kafka.text().equals("up")) {
            ok(findings, "kafka", "up");
        } else {
            wrong(
                    findings,
                    "kafka",
                    kafka.text(),
                    "look at the broker: BUDGET_KAFKA_BOOTSTRAP, its log");
        }
        String hermes = health.at("parts").at("hermes").at("status").text();
        if (!hermes.isEmpty()) {
            ok(findings, "hermes", hermes);
        }
    }

    private static void ready(CliContext context, List<Finding> findings) {
        int status = context.client().get("/ready").status();
        if (status == 200) {
            ok(findings, "ready", "every store can be asked");
        } else {
            wrong(
                    findings,
                    "ready",
                    "not every store can be asked (" + status + ")",
                    "wait for it to catch up; budget system shows how far it is");
        }
    }

    /** False when nothing more can be asked. */
    private static boolean access(CliContext context, List<Finding> findings) {
        int read = context.client().get("/api/budgets?limit=1").status();
        boolean key = context.client().hasKey();
        if (read == 401) {
            wrong(
                    findings,
                    "key",
                    key ? "the key is not known to Budget" : "Budget wants a key",
                    "--key-file FILE, BUDGET_API_KEY_FILE or BUDGET_API_KEY; a new one:"
                            + " tools/new-api-key.sh NAME SCOPES");
            return false;
        }
        if (!key) {
            ok(findings, "key", "none is needed: whoever is on that machine may do everything");
            return true;
        }
        // Bodies that are refused for what they lack, after the scope was looked at.
        int ingest =
                context.client()
                        .send("POST", "/api/check", Map.of(), ApiClient.bytes("{}"))
                        .status();
        int admin =
                context.client()
                        .send("POST", "/api/alerts/channels", Map.of(), ApiClient.bytes("{}"))
                        .status();
        List<String> scopes = new ArrayList<>();
        if (read != 403) {
            scopes.add("read");
        }
        if (ingest != 403) {
            scopes.add("ingest");
        }
        if (admin != 403) {
            scopes.add("admin");
        }
        if (scopes.isEmpty()) {
            warn(findings, "key", "known, perhaps for one budget alone", "ask with --budget ID");
        } else {
            ok(findings, "key", "known, with " + String.join(", ", scopes));
        }
        return read != 403;
    }

    private static void system(CliContext context, List<Finding> findings) {
        ApiAnswer answer = context.client().get("/api/system");
        if (answer.status() != 200) {
            unknown(findings, "lag", answer);
            return;
        }
        JsonTree system = answer.json();
        long behind = system.at("behind_ms").amount().longValue();
        String lag =
                CliColumn.grouped(system.at("lag_total").amount())
                        + " records, "
                        + CliColumn.span(Duration.ofMillis(behind))
                        + " behind";
        if (behind > BEHIND_MAX_MS) {
            wrong(findings, "lag", lag, "add an instance, or see what holds it up: budget system");
        } else if (behind > BEHIND_WARNS_MS) {
            warn(findings, "lag", lag, "totals are that old; it should catch up");
        } else {
            ok(findings, "lag", lag);
        }
        BigDecimal free = system.at("disk").at("free_bytes").amount();
        BigDecimal total = system.at("disk").at("total_bytes").amount();
        if (total.signum() > 0) {
            String text = gigabytes(free) + " of " + gigabytes(total) + " GB are free";
            if (free.compareTo(total.multiply(FREE_MIN)) < 0) {
                wrong(findings, "disk", text, "make room: Kafka stops when the disk is full");
            } else if (free.compareTo(total.multiply(FREE_WARNS)) < 0) {
                warn(findings, "disk", text, "make room soon");
            } else {
                ok(findings, "disk", text);
            }
        }
    }

    private static String gigabytes(BigDecimal bytes) {
        return CliColumn.grouped(bytes.movePointLeft(9).setScale(1, java.math.RoundingMode.DOWN));
    }

    private static void sources(CliContext context, List<Finding> findings) {
        ApiAnswer answer = context.client().get("/api/prices/sources");
        if (answer.status() != 200) {
            unknown(findings, "price sources", answer);
            return;
        }
        Instant now = Instant.now();
        for (JsonTree source : answer.json().at("items").items()) {
            String name = "prices of " + source.at("source").text();
            String fetched = source.at("fetched_at").text();
            if (!source.at("status").text().equals("ok")) {
                warn(
                        findings,
                        name,
                        "failing: " + source.at("failure").text(),
                        "the last good prices hold; ask again with: budget prices update");
            } else if (source.at("quarantined").amount().signum() > 0) {
                warn(
                        findings,
                        name,
                        source.at("quarantined").text() + " are not believed",
                        "decide: budget prices quarantine");
            } else if (isOld(fetched, now)) {
                warn(findings, name, "read " + CliColumn.ago(fetched, now), "budget prices update");
            } else {
                ok(
                        findings,
                        name,
                        source.at("models").text()
                                + " models, read "
                                + CliColumn.ago(fetched, now));
            }
        }
    }

    private static boolean isOld(String time, Instant now) {
        try {
            return Instant.parse(time).isBefore(now.minus(PRICES_OLD));
        } catch (DateTimeException unreadable) {
            return false;
        }
    }

    private static void unpriced(CliContext context, List<Finding> findings) {
        ApiAnswer answer = context.client().get("/api/reports/usage?period=daily");
        if (answer.status() != 200) {
            unknown(findings, "usage", answer);
            return;
        }
        BigDecimal tokens = BigDecimal.ZERO;
        for (JsonTree row : answer.json().at("items").items()) {
            tokens = tokens.add(row.at("unpriced_tokens").amount());
        }
        if (tokens.signum() > 0) {
            warn(
                    findings,
                    "usage",
                    CliColumn.grouped(tokens) + " tokens of today have no price",
                    "see which: budget usage; give a price: budget prices set --help");
        } else {
            ok(findings, "usage", "every token of today has a price");
        }
    }

    private static void deadLetters(CliContext context, List<Finding> findings) {
        ApiAnswer answer = context.client().get("/api/dead-letters?limit=1");
        if (answer.status() != 200) {
            unknown(findings, "dead letters", answer);
        } else if (answer.json().at("items").items().isEmpty()) {
            ok(findings, "dead letters", "none");
        } else {
            warn(
                    findings,
                    "dead letters",
                    "there are records that could not count",
                    "see why, and send them again: budget dead-letters list");
        }
    }

    private static void unknown(List<Finding> findings, String check, ApiAnswer answer) {
        warn(
                findings,
                check,
                "not known: " + answer.failure().text(),
                answer.status() == 404
                        ? "this Budget is older than the command line"
                        : "see its log when it stays so");
    }

    private static void ok(List<Finding> findings, String check, String text) {
        findings.add(new Finding(check, State.OK, text, ""));
    }

    private static void warn(List<Finding> findings, String check, String text, String advice) {
        findings.add(new Finding(check, State.WARNING, text, advice));
    }

    private static void wrong(List<Finding> findings, String check, String text, String advice) {
        findings.add(new Finding(check, State.WRONG, text, advice));
    }

    private static void show(CliContext context, List<Finding> findings) {
        List<JsonTree> rows = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, JsonTree> row = new LinkedHashMap<>();
            row.put("check", JsonTree.of(finding.check()));
            row.put(
                    "state",
                    JsonTree.of(finding.state().name().toLowerCase(java.util.Locale.ROOT)));
            row.put("finding", JsonTree.of(finding.text()));
            row.put("advice", JsonTree.of(finding.advice()));
            rows.add(JsonTree.of(row));
        }
        OutputFormat output = context.output();
        if (output == OutputFormat.JSON) {
            context.out().println(JsonTree.of(rows));
        } else if (output == OutputFormat.CSV) {
            context.out().print(CsvText.of(rows));
        } else {
            for (Finding finding : findings) {
                String mark =
                        switch (finding.state()) {
                            case OK -> "ok      ";
                            case WARNING -> "warning ";
                            case WRONG -> "WRONG   ";
                        };
                context.out().println(mark + finding.check() + ": " + finding.text());
                if (!finding.advice().isEmpty()) {
                    context.out().println("        -> " + finding.advice());
                }
            }
        }
    }
}
