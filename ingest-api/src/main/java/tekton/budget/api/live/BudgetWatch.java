package tekton.budget.api.live;

import tekton.budget.api.live.SummaryPush.DashboardView;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks how budgets stand and says what has changed: those that something was decided about soon,
 * all of them in turn. Usage changes a budget without a decision, so only looking finds it.
 *
 * <p>{@link #touch} may be called by any thread, the rest by one.
 */
final class BudgetWatch {

    /** How many budgets one look asks for: at most four frames each, far less than a feed keeps. */
    static final int AT_ONCE = 50;

    /** More than these are found when their turn comes. */
    private static final int TOUCHED_MAX = 10_000;

    /** In how many budgets a policy of a period is looked for, to find what the dashboard shows. */
    private static final int SHOWN_TRIED = 20;

    private static final List<Period> WINDOWS =
            List.of(Period.HOURLY, Period.DAILY, Period.WEEKLY, Period.MONTHLY);

    private final long roundMs;
    private final Set<String> touched = new LinkedHashSet<>();
    private final Deque<Budget> round = new ArrayDeque<>();
    private final Map<String, Map<Period, Integer>> told = new HashMap<>();
    private long roundAtMs = Long.MIN_VALUE;

    /**
     * Nothing looked at yet.
     *
     * @param roundMs how often all budgets are looked at, at most
     */
    BudgetWatch(long roundMs) {
        this.roundMs = roundMs;
    }

    /** That budget may stand differently. */
    void touch(String budgetId) {
        synchronized (touched) {
            if (touched.size() < TOUCHED_MAX) {
                touched.add(budgetId);
            }
        }
    }

    /** Nobody listens: whoever comes next is told everything. */
    void forget() {
        synchronized (touched) {
            touched.clear();
        }
        round.clear();
        told.clear();
        roundAtMs = Long.MIN_VALUE;
    }

    /**
     * What has changed since the last look.
     *
     * @param nowMs epoch milliseconds
     * @return frames, at most four for each of {@link #AT_ONCE} budgets
     */
    List<Message> look(LedgerQueries ledger, long nowMs) {
        List<Message> changes = new ArrayList<>();
        Map<Period, DashboardView> shown = new EnumMap<>(Period.class);
        for (Budget budget : next(ledger, nowMs)) {
            for (Period period : WINDOWS) {
                List<PolicyView> own = standings(ledger, budget, period, nowMs);
                // What the dashboard shows is told with every budget, and makes none of them new.
                if (!own.isEmpty()
                        && isNew(
                                budget.budgetId(),
                                period,
                                SummaryPush.payload(budget, period, own, DashboardView.NOTHING))) {
                    String payload =
                            SummaryPush.payload(
                                    budget,
                                    period,
                                    own,
                                    shown.computeIfAbsent(
                                            period, each -> shown(ledger, each, nowMs)));
                    changes.add(
                            Message.of(
                                    Frame.of(
                                            "budget_update",
                                            LiveTopic.UPDATES.wireName(),
                                            payload,
                                            nowMs)));
                }
            }
        }
        return changes;
    }

    /** Nothing while the ledger cannot be asked: they are told when their turn comes again. */
    private static List<PolicyView> standings(
            LedgerQueries ledger, Budget budget, Period period, long nowMs) {
        return ledger.standings(budget.budgetId(), period, nowMs, Consistency.NOTHING)
                        instanceof Answer.Found<List<PolicyView>>(var standings)
                ? standings
                : List.of();
    }

    private static DashboardView shown(LedgerQueries ledger, Period period, long nowMs) {
        if (ledger.budgets(Consistency.NOTHING)
                instanceof Answer.Found<List<BudgetView>>(var all)) {
            List<Budget> first =
                    all.stream()
                            .map(BudgetView::budget)
                            .filter(Budget::active)
                            .limit(SHOWN_TRIED)
                            .toList();
            for (Budget budget : first) {
                List<PolicyView> standings = standings(ledger, budget, period, nowMs);
                if (!standings.isEmpty()) {
                    return new DashboardView(budget, standings);
                }
            }
        }
        return DashboardView.NOTHING;
    }

    private List<Budget> next(LedgerQueries ledger, long nowMs) {
        List<Budget> next = new ArrayList<>();
        for (String budgetId : takeTouched()) {
            if (ledger.budget(budgetId, Consistency.NOTHING)
                    instanceof Answer.Found<BudgetView>(var view)) {
                next.add(view.budget());
            }
        }
        if (round.isEmpty() && (roundAtMs == Long.MIN_VALUE || nowMs - roundAtMs >= roundMs)) {
            begin(ledger, nowMs);
        }
        while (next.size() < AT_ONCE && !round.isEmpty()) {
            next.add(round.removeFirst());
        }
        return next;
    }

    private void begin(LedgerQueries ledger, long nowMs) {
        if (ledger.budgets(Consistency.NOTHING)
                instanceof Answer.Found<List<BudgetView>>(var all)) {
            roundAtMs = nowMs;
            Set<String> ids = new HashSet<>();
            for (BudgetView view : all) {
                round.add(view.budget());
                ids.add(view.budget().budgetId());
            }
            told.keySet().retainAll(ids);
        }
    }

    private List<String> takeTouched() {
        synchronized (touched) {
            List<String> taken = touched.stream().limit(AT_ONCE).toList();
            taken.forEach(touched::remove);
            return taken;
        }
    }

    private boolean isNew(String budgetId, Period period, String payload) {
        Integer before =
                told.computeIfAbsent(budgetId, _ -> new EnumMap<>(Period.class))
                        .put(period, payload.hashCode());
        return before == null || before != payload.hashCode();
    }
}
