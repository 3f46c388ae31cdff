package tekton.budget.alerting.rule;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.BudgetEvent;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.UsageFlagged;
import tekton.budget.ledger.Period;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns facts into budget events, each said once. Of types that a single fault can produce without
 * end, a budget has at most {@value #HOURLY_MAX} in an hour; the last of them says so. Not
 * thread-safe.
 */
public final class Rules {

    /** The most events of one bounded type, of one budget, in one UTC hour. */
    static final int HOURLY_MAX = 100;

    private static final String LAST =
            " There are many of these: further ones in this hour are not announced.";

    private static final long HOUR_MS = Duration.ofHours(1).toMillis();

    private final RuleState memory;
    private final LimitRules limits;
    private final PriceRules prices;

    public Rules(RuleState memory) {
        this.memory = memory;
        limits = new LimitRules(memory);
        prices = new PriceRules(memory);
    }

    /** What a fact leads to. */
    public List<BudgetEvent> hear(Input fact) {
        return say(
                switch (fact) {
                    case Input.FromLedger(LedgerEvent event) -> ofLedger(event);
                    case Input.Noticed noticed -> List.of(RecordRules.noticed(noticed));
                    case Input.Published published -> prices.published(published);
                    case Input.FromPoller found -> PriceRules.found(found);
                    case Input.DeadLettered deadLettered ->
                            List.of(RecordRules.deadLettered(deadLettered));
                });
    }

    /**
     * What there is to say now, without a new fact.
     *
     * @param budgetId only of this budget; null for all
     * @param period only of policies of this period; null for all
     */
    public List<BudgetEvent> check(@Nullable String budgetId, @Nullable Period period, long nowMs) {
        return say(limits.check(budgetId, period, nowMs));
    }

    private List<EventBuilder> ofLedger(LedgerEvent event) {
        return switch (event) {
            case LevelCrossed crossed -> limits.crossed(crossed);
            case RequestRefused refused -> AllocationEventRules.refused(refused);
            case AllocationGranted granted -> AllocationEventRules.granted(granted);
            case AllocationEnded ended -> AllocationEventRules.ended(ended);
            case UsageFlagged flagged -> AllocationEventRules.flagged(flagged);
            case BudgetDefined defined -> {
                memory.put(
                        new StateRow.Named(
                                defined.budgetId(),
                                defined.budget().name(),
                                defined.budget().owner()));
                yield List.of();
            }
            case LedgerEvent.PolicyDefined _,
                    LedgerEvent.PolicyForgotten _,
                    LedgerEvent.AllocationReleased _,
                    LedgerEvent.RequestRepeated _,
                    LedgerEvent.UsageSpent _ ->
                    List.of();
        };
    }

    private List<BudgetEvent> say(List<EventBuilder> drafts) {
        List<BudgetEvent> events = new ArrayList<>();
        for (EventBuilder draft : drafts) {
            int count = memory.wasSaid(draft.eventId()) ? HOURLY_MAX + 1 : count(draft);
            if (count <= HOURLY_MAX) {
                memory.say(draft.eventId());
                events.add(draft.event(owner(draft.budgetId()), count < HOURLY_MAX ? "" : LAST));
            }
        }
        return events;
    }

    /** Which one of its hour a new event is, from 1; always 1 of what cannot become many. */
    private int count(EventBuilder draft) {
        if (!draft.bounded()) {
            return 1;
        }
        String budgetId = draft.budgetId();
        // Anybody can name budgets that nobody has defined: those count together.
        boolean defined =
                budgetId != null
                        && memory.get(StateRow.Named.key(budgetId), StateRow.Named.class) != null;
        String about = draft.type().wireName() + '/' + (defined ? budgetId : "");
        long hour = Math.floorDiv(draft.atMs(), HOUR_MS);
        StateRow.Tally before = memory.get(StateRow.Tally.key(about), StateRow.Tally.class);
        int count = before != null && before.hour() == hour ? before.count() + 1 : 1;
        if (count <= HOURLY_MAX) {
            memory.put(new StateRow.Tally(about, hour, count));
        }
        return count;
    }

    private @Nullable String owner(@Nullable String budgetId) {
        StateRow.Named named =
                budgetId == null
                        ? null
                        : memory.get(StateRow.Named.key(budgetId), StateRow.Named.class);
        return named == null ? null : named.owner();
    }
}
