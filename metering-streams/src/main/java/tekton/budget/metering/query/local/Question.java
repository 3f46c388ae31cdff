package tekton.budget.metering.query.local;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;

import java.util.List;

/**
 * A question about some partitions of one shard, all of which one instance owns, and how that
 * instance's stores answer it: with a part of the whole answer. Questions travel between instances
 * as JSON under their names. Instances of two versions understand each other while they are
 * replaced one by one: an older one overlooks what it does not know of a question, so what would
 * narrow or change the answer makes another question, with another name, which an older one says it
 * does not know.
 *
 * @param <R> the partial answer, a record
 */
public sealed interface Question<R>
        permits TotalsShard.OfTotals, IdShard.OfIds, LedgerShard.OfLedger {

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
        return false;
    }

    /** What the stores of this process say. Any thread. */
    Answer<R> answer(OpenStores open);
}
