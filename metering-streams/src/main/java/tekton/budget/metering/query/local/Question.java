package tekton.budget.metering.query.local;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.InWindow;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.store.FirstOccurrence;
import tekton.budget.value.Totals;

import java.util.List;

/**
 * A question about some partitions of one kind of state, all of which one instance owns. What it
 * answers is that instance's part of an answer. Questions travel between instances as JSON under
 * their names. Instances of two versions understand each other while they are replaced one by one:
 * an older one overlooks what it does not know of a question, so what would narrow or change the
 * answer makes another question, with another name, which an older one says it does not know.
 *
 * @param <R> the partial, a record
 */
public sealed interface Question<R> {

    /** Whose state. */
    ShardKind shard();

    /** The partitions. */
    List<Integer> of();

    /** What the state must have passed. */
    Consistency after();

    /** What is answered. */
    Class<R> partial();

    /** Whether the answer is found by looking at all that there is. */
    default boolean scans() {
        return this instanceof Largest
                || this instanceof Budgets
                || this instanceof NewestOf
                || this instanceof StandingsOf;
    }

    /** Questions to the totals. */
    sealed interface OfTotals<R> extends Question<R> {
        Dimension dimension();

        @Override
        default ShardKind shard() {
            return dimension() == Dimension.CONTEXT ? ShardKind.CONTEXTS : ShardKind.BUDGETS;
        }
    }

    /** Questions to the ledger. */
    sealed interface OfLedger<R> extends Question<R> {
        @Override
        default ShardKind shard() {
            return ShardKind.LEDGER;
        }
    }

    /** Questions to the remembered ids. */
    sealed interface OfIds extends Question<Ids> {
        @Override
        default ShardKind shard() {
            return ShardKind.CONTEXTS;
        }

        @Override
        default Class<Ids> partial() {
            return Ids.class;
        }
    }

    /** The total of all time. */
    record AllTime(List<Integer> of, Dimension dimension, String id, Consistency after)
            implements OfTotals<Totals> {
        @Override
        public Class<Totals> partial() {
            return Totals.class;
        }
    }

    /** The total of some hours. */
    record Between(
            List<Integer> of,
            Dimension dimension,
            String id,
            long fromHour,
            long untilHour,
            Consistency after)
            implements OfTotals<Totals> {
        @Override
        public Class<Totals> partial() {
            return Totals.class;
        }
    }

    /**
     * The total of a window that begins or ends within an hour.
     *
     * @param fromMinute its first minute, epoch minutes
     * @param untilMinute the first minute that is too late
     */
    record Within(
            List<Integer> of,
            Dimension dimension,
            String id,
            long fromMinute,
            long untilMinute,
            Consistency after)
            implements OfTotals<InWindow> {
        @Override
        public Class<InWindow> partial() {
            return InWindow.class;
        }
    }

    /** Totals in the order of their ids. */
    record PageOfTotals(
            List<Integer> of,
            Dimension dimension,
            @Nullable String afterId,
            int limit,
            Consistency after)
            implements OfTotals<TotalsList> {
        @Override
        public Class<TotalsList> partial() {
            return TotalsList.class;
        }
    }

    /** The largest totals, of ids that are in one partition each. */
    record Largest(List<Integer> of, Dimension dimension, TopBy by, int limit, Consistency after)
            implements OfTotals<TotalsList> {
        @Override
        public Class<TotalsList> partial() {
            return TotalsList.class;
        }
    }

    /** Questions that are answered by many rows; the partial is what comes behind them. */
    sealed interface OfRows extends Question<RowCount> {
        /** The first hour, epoch minutes, a multiple of 60. */
        long fromHour();

        /** The first hour that is too late, or its part, epoch minutes. */
        long untilHour();

        @Override
        default Class<RowCount> partial() {
            return RowCount.class;
        }
    }

    /** The hourly cells of a budget, or of all: rows of the shard's hourly store. */
    record Cells(
            List<Integer> of,
            @Nullable String budgetId,
            long fromHour,
            long untilHour,
            Consistency after)
            implements OfRows {
        @Override
        public ShardKind shard() {
            return ShardKind.BUDGETS;
        }
    }

    /** The hourly totals of a context, or of all: rows of the shard's hourly store. */
    record ContextHours(
            List<Integer> of,
            @Nullable String contextId,
            long fromHour,
            long untilHour,
            Consistency after)
            implements OfRows {
        @Override
        public ShardKind shard() {
            return ShardKind.CONTEXTS;
        }
    }

    /** What is remembered of some ids; null for one that is not. */
    record FindIds(List<Integer> of, List<byte[]> keys, Consistency after) implements OfIds {}

    /**
     * What is remembered of an id in every context.
     *
     * @param recordIdHash the record id's part of a key
     */
    @SuppressWarnings("ArrayRecordComponent") // asked once, never compared
    record FindInEveryContext(List<Integer> of, byte[] recordIdHash, int limit, Consistency after)
            implements OfIds {}

    /** A budget and its policies. */
    record BudgetOf(List<Integer> of, String budgetId, Consistency after)
            implements OfLedger<BudgetView> {
        @Override
        public Class<BudgetView> partial() {
            return BudgetView.class;
        }
    }

    /** All budgets. */
    record Budgets(List<Integer> of, Consistency after) implements OfLedger<BudgetList> {
        @Override
        public Class<BudgetList> partial() {
            return BudgetList.class;
        }
    }

    /** A policy. */
    record PolicyOf(List<Integer> of, String policyId, Consistency after)
            implements OfLedger<Policy> {
        @Override
        public Class<Policy> partial() {
            return Policy.class;
        }
    }

    /** Some allocations; those that are not there are left out. */
    record AllocationsOf(List<Integer> of, List<String> ids, Consistency after)
            implements OfLedger<AllocationList> {
        @Override
        public Class<AllocationList> partial() {
            return AllocationList.class;
        }
    }

    /** The oldest open allocation of a context. */
    record OldestOpen(List<Integer> of, String contextId, Consistency after)
            implements OfLedger<Allocation> {
        @Override
        public Class<Allocation> partial() {
            return Allocation.class;
        }
    }

    /** The newest allocations that match, by id. */
    record NewestOf(List<Integer> of, AllocationFilter filter, int depth, Consistency after)
            implements OfLedger<NewestList> {
        @Override
        public Class<NewestList> partial() {
            return NewestList.class;
        }
    }

    /** How policies stand. */
    record StandingsOf(
            List<Integer> of,
            @Nullable String budgetId,
            Period period,
            long nowMs,
            Consistency after)
            implements OfLedger<StandingList> {
        @Override
        public Class<StandingList> partial() {
            return StandingList.class;
        }
    }

    /** What the ledger would decide. */
    record Check(List<Integer> of, LedgerRequest.Allocate request, long nowMs, Consistency after)
            implements OfLedger<Advice> {
        @Override
        public Class<Advice> partial() {
            return Advice.class;
        }
    }

    /** How many rows there were. */
    record RowCount(long rows) {}

    /** Some totals. */
    record TotalsList(List<KeyedTotals> items) {}

    /** What is remembered. */
    record Ids(List<@Nullable FirstOccurrence> entries) {}

    /** Some budgets. */
    record BudgetList(List<BudgetView> items) {}

    /** Some allocations. */
    record AllocationList(List<Allocation> items) {}

    /**
     * The newest allocations.
     *
     * @param items newest first
     * @param total how many match in all
     */
    record NewestList(List<AllocationRef> items, long total) {
        /** Without what a client keeps with an allocation, which may be large. */
        public record AllocationRef(long createdAtMs, String id) {}
    }

    /** How some policies stand. */
    record StandingList(List<PolicyView> items) {}

    /** A decision that was not made. */
    record Advice(LedgerEvent decision) {}
}
