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

    private final Memory memory;
    private final LimitRules limits;
    private final PriceRules prices;

    public Rules(Memory memory) {
        this.memory = memory;
        limits = new LimitRules(memory);
        prices = new PriceRules(memory);
    }

    /** What a fact leads to. */
    public List<BudgetEvent> hear(Fact fact) {
        return say(
                switch (fact) {
                    case Fact.OfLedger(LedgerEvent event) -> ofLedger(event);
                    case Fact.Noticed noticed -> List.of(RecordRules.noticed(noticed));
                    case Fact.Published published -> prices.published(published);
                    case Fact.OfPoller found -> PriceRules.found(found);
                    case Fact.Buried buried -> List.of(RecordRules.buried(buried));
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

    private List<Draft> ofLedger(LedgerEvent event) {
        return switch (event) {
            case LevelCrossed crossed -> limits.crossed(crossed);
            case RequestRefused refused -> AllocationRules.refused(refused);
            case AllocationGranted granted -> AllocationRules.granted(granted);
            case AllocationEnded ended -> AllocationRules.ended(ended);
            case UsageFlagged flagged -> AllocationRules.flagged(flagged);
            case BudgetDefined defined -> {
                memory.put(
                        new Row.Named(
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

    private List<BudgetEvent> say(List<Draft> drafts) {
        List<BudgetEvent> events = new ArrayList<>();
        for (Draft draft : drafts) {
            int count = memory.wasSaid(draft.eventId()) ? HOURLY_MAX + 1 : count(draft);
            if (count <= HOURLY_MAX) {
                memory.say(draft.eventId());
                events.add(draft.event(owner(draft.budgetId()), count < HOURLY_MAX ? "" : LAST));
            }
        }
        return events;
    }

    /** Which one of its hour a new event is, from 1; always 1 of what cannot become many. */
    private int count(Draft draft) {
        if (!draft.bounded()) {
            return 1;
        }
        String budgetId = draft.budgetId();
        // Anybody can name budgets that nobody has defined: those count together.
        boolean defined =
                budgetId != null && memory.get(Row.Named.key(budgetId), Row.Named.class) != null;
        String about = draft.type().wireName() + '/' + (defined ? budgetId : "");
        long hour = Math.floorDiv(draft.atMs(), HOUR_MS);
        Row.Tally before = memory.get(Row.Tally.key(about), Row.Tally.class);
        int count = before != null && before.hour() == hour ? before.count() + 1 : 1;
        if (count <= HOURLY_MAX) {
            memory.put(new Row.Tally(about, hour, count));
        }
        return count;
    }

    private @Nullable String owner(@Nullable String budgetId) {
        Row.Named named =
                budgetId == null ? null : memory.get(Row.Named.key(budgetId), Row.Named.class);
        return named == null ? null : named.owner();
    }
}
