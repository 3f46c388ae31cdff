package tekton.budget.metering.config;

import tekton.budget.metering.ledger.topology.LedgerTopology;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.local.StoreAccess;
import tekton.budget.metering.store.ProgressBoard;

/**
 * The running ledger of this process: an application of its own, so that it commits at its own pace
 * and serves while the metering restores.
 */
final class LedgerApp implements AutoCloseable {

    private final StreamsApp app;
    private final StoreAccess stores;

    LedgerApp(MeteringSettings settings, MeteringMetrics metrics) {
        int partitions = settings.scale().ledgerPartitions();
        ProgressBoard board = new ProgressBoard(partitions, settings.scale().usagePartitions());
        app =
                new StreamsApp(
                        "ledger",
                        LedgerTopology.build(partitions, metrics.ledger(), board, System::nanoTime),
                        StreamsSettings.ledger(settings),
                        LedgerClients::new,
                        metrics.ledgerApp(),
                        settings.scale().standbys() > 0);
        stores = app.stores(partitions, board, settings.secret() == null);
    }

    StreamsApp app() {
        return app;
    }

    StoreAccess stores() {
        return stores;
    }

    @Override
    public void close() {
        app.close();
    }
}
