package tekton.budget.metering.query.local;

import org.apache.kafka.common.utils.Bytes;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.local.Question.RowCount;

import java.util.List;
import java.util.function.BiConsumer;

/** This instance, as one that is asked. Asks nobody else. Any thread. */
public final class LocalPeer {

    private final StoreAccess metering;
    private final StoreAccess ledger;
    private final TotalsShard totals;
    private final IdShard ids;
    private final LedgerShard ledgerShard;

    /**
     * The stores of this process.
     *
     * @param metering those of the metering
     * @param ledger those of the ledger
     */
    public LocalPeer(StoreAccess metering, StoreAccess ledger) {
        this.metering = metering;
        this.ledger = ledger;
        totals = new TotalsShard(metering);
        ids = new IdShard(metering);
        ledgerShard = new LedgerShard(ledger);
    }

    /** Whether this instance owns a partition, and its stores are whole. */
    public boolean isOpen(ShardKind shard, int partition) {
        return of(shard).isOpen(shard, partition);
    }

    /** The partition of an id. */
    public int partitionOf(ShardKind shard, String id) {
        return of(shard).partitionOf(id);
    }

    /** Every partition, in order. */
    public List<Integer> allPartitions(ShardKind shard) {
        return of(shard).allPartitions();
    }

    /** Its partial of an answer. */
    @SuppressWarnings("unchecked") // each question says what it is answered with
    public <R> Answer<R> ask(Question<R> question) {
        return (Answer<R>)
                switch (question) {
                    case Question.OfTotals<?> q -> totals.answer(q);
                    case Question.OfIds q -> ids.answer(q);
                    case Question.OfLedger<?> q -> ledgerShard.answer(q);
                    case Question.OfRows q -> visit(q, (_, _) -> {});
                };
    }

    /** Its partial of many rows. */
    public Answer<RowCount> visit(Question.OfRows question, BiConsumer<Bytes, byte[]> visitor) {
        return totals.visit(question, visitor);
    }

    private StoreAccess of(ShardKind shard) {
        return shard == ShardKind.LEDGER ? ledger : metering;
    }
}
