package tekton.budget.metering.query.local;

import org.apache.kafka.common.utils.Bytes;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.local.TotalsShard.OfRows;
import tekton.budget.metering.query.local.TotalsShard.RowCount;

import java.util.function.BiConsumer;

/**
 * This instance, as one that is asked. Any thread.
 *
 * @param metering the stores of the metering
 * @param ledger those of the ledger
 */
public record LocalPeer(StoreAccess metering, StoreAccess ledger) implements Peer {

    /** The stores of a shard. */
    public StoreAccess of(ShardKind shard) {
        return shard == ShardKind.LEDGER ? ledger : metering;
    }

    @Override
    public <R> Answer<R> ask(Question<R> question) {
        return of(question.shard()).askAfter(question, question::answer);
    }

    @Override
    public Answer<RowCount> visit(OfRows question, BiConsumer<Bytes, byte[]> visitor) {
        return of(question.shard())
                .askAfter(
                        question,
                        open -> new Answer.Found<>(question.visit(question.in(open), visitor)));
    }
}
