package tekton.budget.metering.query.local;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/** The totals of one kind over all partitions in the order of their keys, parts of a key summed. */
final class MergedTotals implements Iterator<KeyedTotals>, AutoCloseable {

    private final List<KeyValueIterator<Bytes, byte[]>> iterators = new ArrayList<>();
    private final PriorityQueue<Head> heads =
            new PriorityQueue<>(Comparator.comparing((Head head) -> head.entry().key));

    private record Head(KeyValue<Bytes, byte[]> entry, KeyValueIterator<Bytes, byte[]> rest) {}

    /**
     * Begins behind a key.
     *
     * @param afterId the id to begin behind, or null for the beginning
     */
    MergedTotals(
            List<ReadOnlyKeyValueStore<Bytes, byte[]>> stores,
            char kind,
            @Nullable String afterId) {
        Bytes from = afterId == null ? StoreKeys.firstOf(kind) : StoreKeys.total(kind, afterId);
        for (ReadOnlyKeyValueStore<Bytes, byte[]> store : stores) {
            KeyValueIterator<Bytes, byte[]> iterator =
                    store.range(from, StoreKeys.firstAfter(kind));
            iterators.add(iterator);
            advance(iterator);
        }
        while (afterId != null && !heads.isEmpty() && heads.peek().entry().key.equals(from)) {
            advance(heads.remove().rest());
        }
    }

    @Override
    public boolean hasNext() {
        return !heads.isEmpty();
    }

    @Override
    public KeyedTotals next() {
        Head first = heads.remove();
        Bytes key = first.entry().key;
        Totals sum = TotalsBytes.read(first.entry().value);
        advance(first.rest());
        while (!heads.isEmpty() && heads.peek().entry().key.equals(key)) {
            Head same = heads.remove();
            sum = sum.plus(TotalsBytes.read(same.entry().value));
            advance(same.rest());
        }
        return new KeyedTotals(StoreKeys.idOf(key), sum);
    }

    @Override
    public void close() {
        iterators.forEach(KeyValueIterator::close);
    }

    private void advance(KeyValueIterator<Bytes, byte[]> iterator) {
        if (iterator.hasNext()) {
            heads.add(new Head(iterator.next(), iterator));
        }
    }
}
