package tekton.budget.metering.peer;

import org.apache.kafka.common.utils.Bytes;

import tekton.budget.metering.ledger.read.LedgerShares;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.read.IdShares;
import tekton.budget.metering.read.StoreAccess;
import tekton.budget.metering.read.TotalsShares;
import tekton.budget.metering.share.Question;
import tekton.budget.metering.share.Question.RowCount;
import tekton.budget.metering.share.Stage;

import java.util.List;
import java.util.function.BiConsumer;

/** This instance, as one that is asked. Asks nobody else. Any thread. */
public final class LocalPeer {

    private final StoreAccess metering;
    private final StoreAccess ledger;
    private final TotalsShares totalsShares;
    private final IdShares idShares;
    private final LedgerShares ledgerShares;

    /**
     * The stores of this process.
     *
     * @param metering those of the metering
     * @param ledger those of the ledger
     */
    public LocalPeer(StoreAccess metering, StoreAccess ledger) {
        this.metering = metering;
        this.ledger = ledger;
        totalsShares = new TotalsShares(metering);
        idShares = new IdShares(metering);
        ledgerShares = new LedgerShares(ledger);
    }

    /** Whether this instance owns a partition, and its stores are whole. */
    boolean isOpen(Stage stage, int partition) {
        return of(stage).isOpen(stage, partition);
    }

    /** The partition of an id. */
    public int partitionOf(Stage stage, String id) {
        return of(stage).partitionOf(id);
    }

    /** Every partition, in order. */
    public List<Integer> allPartitions(Stage stage) {
        return of(stage).allPartitions();
    }

    /** Its share of an answer. */
    @SuppressWarnings("unchecked") // each question says what it is answered with
    <R> Answer<R> ask(Question<R> question) {
        return (Answer<R>)
                switch (question) {
                    case Question.OfTotals<?> q -> totalsShares.answer(q);
                    case Question.OfIds q -> idShares.answer(q);
                    case Question.OfLedger<?> q -> ledgerShares.answer(q);
                    case Question.OfRows q -> visit(q, (_, _) -> {});
                };
    }

    /** Its share of many rows. */
    Answer<RowCount> visit(Question.OfRows question, BiConsumer<Bytes, byte[]> visitor) {
        return totalsShares.visit(question, visitor);
    }

    private StoreAccess of(Stage stage) {
        return stage == Stage.LEDGER ? ledger : metering;
    }
}
