package tekton.budget.metering.config;

import tekton.budget.metering.ledger.topology.LedgerCounters;
import tekton.budget.metering.ledger.topology.LedgerTopology;
import tekton.budget.metering.query.local.StoreAccess;
import tekton.budget.metering.store.ProgressBoard;

/**
 * The running ledger of this process: an application of its own, so that it commits at its own pace
 * and serves while the metering restores.
 */
final class LedgerApp implements AutoCloseable {

    private final LedgerCounters counters = new LedgerCounters();
    private final StreamsApp app;
    private final StoreAccess stores;

    LedgerApp(MeteringSettings settings) {
        int partitions = settings.scale().ledgerPartitions();
        ProgressBoard board = new ProgressBoard(partitions, settings.scale().usagePartitions());
        app =
                new StreamsApp(
                        "ledger",
                        LedgerTopology.build(partitions, counters, board, System::nanoTime),
                        StreamsSettings.ledger(settings),
                        LedgerClients::new,
                        settings.scale().standbys() > 0);
        stores = app.stores(partitions, board, settings.secret() == null);
    }

    StreamsApp app() {
        return app;
    }

    StoreAccess stores() {
        return stores;
    }

    LedgerCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        app.close();
    }
}
