package tekton.budget.api.assistant;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.totals.Query;
import tekton.budget.api.totals.QueryPorts;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.JsonFields;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code POST /assistant/…} and {@code POST /message}: what the chat commands of Tekton's dashboard
 * ask for. No language model is asked.
 */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class AssistantController {

    private static final int DAYS_DEFAULT = 30;
    private static final int DAYS_MAX = 365;
    private static final String PERIODS = "hourly, daily, weekly or monthly";

    private final Supplier<QueryPorts> ports;
    private final InstantSource clock;

    public AssistantController(Supplier<QueryPorts> ports, InstantSource clock) {
        this.ports = ports;
        this.clock = clock;
    }

    /**
     * What is looked at.
     *
     * @param days how many days of usage, today included
     * @param period whose limits are told
     */
    private record Lookback(int days, Period period) {

        static Lookback of(JsonFields fields) {
            Period period = fields.oneOf("period", Lookback::window, Period::wireName, PERIODS);
            Long days = fields.integer("days", 1, DAYS_MAX);
            JsonBodies.check(fields);
            return new Lookback(
                    days == null ? DAYS_DEFAULT : days.intValue(),
                    period == null ? Period.DAILY : period);
        }

        private static Optional<Period> window(String text) {
            return Period.parse(text).filter(Period::isWindow);
        }
    }

    /** What was spent on what, and how near the limits are. */
    @PostMapping("/assistant/analyze")
    public void analyze(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Lookback span = Lookback.of(JsonBodies.read(http));
        Instant now = clock.instant();
        SpendingSums spending = spending(span.days(), now);
        say(
                response,
                "analysis",
                Texts.analysis(
                        spending,
                        limits(List.of(span.period()), now),
                        span.days(),
                        today(now).minusDays(span.days() - 1L)));
    }

    /** What would have cost less. */
    @PostMapping("/assistant/optimize")
    public void optimize(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Lookback span = Lookback.of(JsonBodies.read(http));
        Instant now = clock.instant();
        say(
                response,
                "recommendations",
                Texts.optimization(
                        spending(span.days(), now),
                        ports.get().prices().current(),
                        span.days(),
                        now.toEpochMilli()));
    }

    /** Which models fit a task. */
    @PostMapping("/assistant/recommend-model")
    public void recommend(HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        ModelTask task = ModelTask.of(JsonBodies.read(http));
        say(
                response,
                "recommendations",
                Texts.recommendation(task, ports.get().prices().current(), clock.millis()));
    }

    /** How things stand, whatever the message says. */
    @PostMapping("/message")
    public void message(HttpServletRequest http, HttpServletResponse response) throws IOException {
        JsonBodies.read(http);
        Instant now = clock.instant();
        String line =
                Texts.status(spending(1, now), limits(List.of(Period.DAILY, Period.MONTHLY), now));
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                new JsonBytes(512).open('{').property("response", line).close('}'));
    }

    private static void say(HttpServletResponse response, String name, String text)
            throws IOException {
        Bodies.write(
                response,
                HttpServletResponse.SC_OK,
                new JsonBytes(2_048)
                        .open('{')
                        .propertyRaw("success", "true")
                        .property(name, text)
                        .property("error", null)
                        .property("raw_data", null)
                        .close('}'));
    }

    private SpendingSums spending(int days, Instant now) {
        LocalDate tomorrow = today(now).plusDays(1);
        SpendingSums spending = new SpendingSums();
        Query.visited(
                ports.get()
                        .totals()
                        .cells(
                                null,
                                hour(tomorrow.minusDays(days)),
                                hour(tomorrow),
                                Consistency.NOTHING,
                                spending),
                "Budget");
        return spending;
    }

    /** What limits all cost of the first active budget, which is what the dashboard shows. */
    private List<Limit> limits(List<Period> periods, Instant now) {
        LedgerQueries ledger = ports.get().ledger();
        Optional<Budget> shown =
                Query.found(ledger.budgets(Consistency.NOTHING), "Budget", "any").stream()
                        .map(BudgetView::budget)
                        .filter(Budget::active)
                        .findFirst();
        List<Limit> limits = new ArrayList<>();
        shown.ifPresent(
                budget -> {
                    for (Period period : periods) {
                        String id = budget.budgetId();
                        List<PolicyView> standings =
                                Query.found(
                                        ledger.standings(
                                                id,
                                                period,
                                                now.toEpochMilli(),
                                                Consistency.NOTHING),
                                        "Budget",
                                        id);
                        standings.stream()
                                .filter(each -> each.policy().scope().equals(Scope.ANY))
                                .forEach(each -> add(limits, budget, each));
                    }
                });
        return limits;
    }

    private static void add(List<Limit> limits, Budget budget, PolicyView view) {
        Money limit = view.policy().costLimit();
        if (limit != null) {
            limits.add(
                    new Limit(
                            budget.name(),
                            view.policy().period(),
                            limit,
                            view.used().cost(),
                            view.reserved().cost()));
        }
    }

    private static LocalDate today(Instant now) {
        return now.atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static EpochMinute hour(LocalDate day) {
        return EpochMinute.hourOf(day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli());
    }
}
