package tekton.budget.metering.query.local;

import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.store.IdIndex;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.IdKey;

import java.util.ArrayList;
import java.util.List;

/**
 * The questions to the remembered ids of some partitions, and what the stores answer.
 *
 * @param indexes one per partition
 */
public record IdShard(List<IdIndex> indexes) {

    /** A question to the remembered ids. */
    public sealed interface OfIds extends Question<Ids> {

        /** What they answer. */
        Ids read(IdShard ids);

        @Override
        default ShardKind shard() {
            return ShardKind.CONTEXTS;
        }

        @Override
        default Class<Ids> partial() {
            return Ids.class;
        }

        @Override
        default Answer<Ids> answer(OpenStores open) {
            return new Answer.Found<>(
                    read(
                            new IdShard(
                                    of().stream()
                                            .map(partition -> open.ids(Stores.IDS, partition))
                                            .toList())));
        }
    }

    /** What is remembered. */
    public record Ids(List<@Nullable FirstOccurrence> entries) {}

    /** What is remembered of some ids; null for one that is not. */
    public record FindIds(List<Integer> of, List<byte[]> keys, Consistency after) implements OfIds {
        @Override
        public Ids read(IdShard ids) {
            List<@Nullable FirstOccurrence> entries = new ArrayList<>(keys.size());
            keys.forEach(key -> entries.add(ids.find(new IdKey(key))));
            return new Ids(entries);
        }
    }

    /**
     * What is remembered of an id in every context.
     *
     * @param recordIdHash the record id's part of a key
     */
    @SuppressWarnings("ArrayRecordComponent") // asked once, never compared
    public record FindInEveryContext(
            List<Integer> of, byte[] recordIdHash, int limit, Consistency after) implements OfIds {
        @Override
        public Ids read(IdShard ids) {
            List<@Nullable FirstOccurrence> entries = new ArrayList<>();
            for (IdIndex index : ids.indexes()) {
                entries.addAll(index.findInEveryContext(recordIdHash, limit - entries.size()));
            }
            return new Ids(entries);
        }
    }

    private @Nullable FirstOccurrence find(IdKey key) {
        for (IdIndex index : indexes) {
            FirstOccurrence found = index.find(key);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
