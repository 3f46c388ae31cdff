package tekton.budget.metering.config;

import tekton.budget.metering.ledger.read.LocalLedger;
import tekton.budget.metering.ledger.topology.LedgerCounters;
import tekton.budget.metering.ledger.topology.LedgerTopology;
import tekton.budget.metering.read.StoreAccess;
import tekton.budget.metering.store.ProgressBoard;

/**
 * The running ledger of this process: an application of its own, so that it commits at its own pace
 * and serves while the metering restores.
 */
final class LedgerApp implements AutoCloseable {

    private final LedgerCounters counters = new LedgerCounters();
    private final StreamsApp app;
    private final LocalLedger queries;

    LedgerApp(MeteringSettings settings) {
        int partitions = settings.ledgerPartitions();
        ProgressBoard board = new ProgressBoard(partitions, settings.usagePartitions());
        app =
                new StreamsApp(
                        "ledger",
                        LedgerTopology.build(partitions, counters, board, System::nanoTime),
                        StreamsSettings.ledger(settings),
                        LedgerClients::new);
        queries = new LocalLedger(new StoreAccess(app.streams(), partitions, board));
    }

    StreamsApp app() {
        return app;
    }

    LocalLedger queries() {
        return queries;
    }

    LedgerCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        app.close();
    }
}
