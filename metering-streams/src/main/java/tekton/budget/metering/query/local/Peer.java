package tekton.budget.metering.query.local;

import org.apache.kafka.common.utils.Bytes;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.local.TotalsShard.OfRows;
import tekton.budget.metering.query.local.TotalsShard.RowCount;

import java.util.function.BiConsumer;

/** An instance that is asked: this one, or another over HTTP. It asks nobody else. Any thread. */
public interface Peer {

    /** Its part of an answer. */
    <R> Answer<R> ask(Question<R> question);

    /**
     * Its rows, in no order, one at a time, and how many there were.
     *
     * @param visitor is given each row's key, without its time, and its value; what it throws ends
     *     the walk and is thrown on
     */
    Answer<RowCount> visit(OfRows question, BiConsumer<Bytes, byte[]> visitor);
}
