package tekton.budget.metering.ledger.topology;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;

import tekton.budget.metering.store.Stores;

/** The ledger's store, in memory, that outlives its test driver: what a changelog does. */
final class SurvivingStore extends InMemoryKeyValueStore {

    SurvivingStore() {
        super(Stores.LEDGER);
    }

    @Override
    public void close() {
        // The next driver finds it as it is.
    }

    StoreBuilder<KeyValueStore<Bytes, byte[]>> builder() {
        var supplier =
                new KeyValueBytesStoreSupplier() {
                    @Override
                    public String name() {
                        return SurvivingStore.this.name();
                    }

                    @Override
                    public KeyValueStore<Bytes, byte[]> get() {
                        return SurvivingStore.this;
                    }

                    @Override
                    public String metricsScope() {
                        return "surviving";
                    }
                };
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        supplier, Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingDisabled();
    }
}
