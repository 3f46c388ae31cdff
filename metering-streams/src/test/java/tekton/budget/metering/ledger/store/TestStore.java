package tekton.budget.metering.ledger.store;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

import java.nio.file.Path;
import java.util.Properties;

/** The ledger's store on disk, without a topology around it. */
final class TestStore implements AutoCloseable {

    private final KeyValueStore<Bytes, byte[]> store;

    TestStore(Path directory) {
        var context =
                new MockProcessorContext<>(
                        new Properties(),
                        new org.apache.kafka.streams.processor.TaskId(0, 0),
                        directory.toFile());
        store =
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore("ledger"),
                                Serdes.Bytes(),
                                Serdes.ByteArray())
                        .withCachingDisabled()
                        .withLoggingDisabled()
                        .build();
        store.init(context.getStateStoreContext(), store);
    }

    KeyValueStore<Bytes, byte[]> get() {
        return store;
    }

    /** How many entries of a kind there are. */
    int count(char kind) {
        int count = 0;
        try (var entries = store.range(LedgerKeys.firstOf(kind), LedgerKeys.firstAfter(kind))) {
            while (entries.hasNext()) {
                entries.next();
                count++;
            }
        }
        return count;
    }

    int count() {
        int count = 0;
        try (var entries = store.all()) {
            while (entries.hasNext()) {
                entries.next();
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        store.close();
    }
}
