package tekton.budget.metering.query.local;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.internals.StateStoreProvider;

import tekton.budget.metering.store.IdIndex;

import java.util.function.ToIntFunction;

/**
 * The stores of this process for one question. Each is an {@link InvalidStateStoreException} while
 * it cannot be asked.
 */
public final class OpenStores {

    /** Kafka Streams, as far as it has stores. */
    @FunctionalInterface
    interface Source {
        <T> T store(StoreQueryParameters<T> query);
    }

    private final Source streams;
    private final ToIntFunction<String> partitionOf;
    private final boolean copies;

    /**
     * Stores to ask.
     *
     * @param partitionOf the partition of an id
     * @param copies whether those that follow another instance's, or are being restored, count
     */
    OpenStores(Source streams, ToIntFunction<String> partitionOf, boolean copies) {
        this.streams = streams;
        this.partitionOf = partitionOf;
        this.copies = copies;
    }

    /** The partition of an id. */
    int partitionOf(String id) {
        return partitionOf.applyAsInt(id);
    }

    /** A store of a partition. */
    ReadOnlyKeyValueStore<Bytes, byte[]> keyValue(String name, int partition) {
        return store(name, partition, QueryableStoreTypes.keyValueStore());
    }

    ReadOnlyWindowStore<Bytes, byte[]> window(String name, int partition) {
        return store(name, partition, QueryableStoreTypes.windowStore());
    }

    IdIndex ids(String name, int partition) {
        return store(name, partition, new IdIndexType());
    }

    private <T> T store(String name, int partition, QueryableStoreType<T> type) {
        StoreQueryParameters<T> query =
                StoreQueryParameters.fromNameAndType(name, type).withPartition(partition);
        return streams.store(copies ? query.enableStaleStores() : query);
    }

    private static final class IdIndexType implements QueryableStoreType<IdIndex> {

        @Override
        public boolean accepts(StateStore store) {
            return store instanceof IdIndex;
        }

        @Override
        public IdIndex create(StateStoreProvider provider, String name) {
            return provider.stores(name, this).getFirst();
        }
    }
}
