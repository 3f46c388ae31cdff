package tekton.budget.metering.query.local;

import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.local.Question.Ids;
import tekton.budget.metering.store.FirstOccurrence;
import tekton.budget.metering.store.IdIndex;
import tekton.budget.metering.store.IdKey;
import tekton.budget.metering.store.Stores;

import java.util.ArrayList;
import java.util.List;

/** What this process's stores remember of record ids, for some of their partitions. Any thread. */
public final class IdShard {

    private final StoreAccess stores;

    public IdShard(StoreAccess stores) {
        this.stores = stores;
    }

    /** The partial of an answer. */
    public Answer<Ids> answer(Question.OfIds question) {
        return stores.askAfter(
                question.shard(),
                question.of(),
                question.after(),
                open -> {
                    List<IdIndex> indexes =
                            question.of().stream()
                                    .map(partition -> open.ids(Stores.IDS, partition))
                                    .toList();
                    return new Answer.Found<>(
                            switch (question) {
                                case Question.FindIds q -> find(indexes, q.keys());
                                case Question.FindInEveryContext q -> find(indexes, q);
                            });
                });
    }

    private static Ids find(List<IdIndex> indexes, List<byte[]> keys) {
        List<@Nullable FirstOccurrence> entries = new ArrayList<>(keys.size());
        for (byte[] bytes : keys) {
            IdKey key = new IdKey(bytes);
            FirstOccurrence found = null;
            for (int i = 0; found == null && i < indexes.size(); i++) {
                found = indexes.get(i).find(key);
            }
            entries.add(found);
        }
        return new Ids(entries);
    }

    private static Ids find(List<IdIndex> indexes, Question.FindInEveryContext q) {
        List<@Nullable FirstOccurrence> entries = new ArrayList<>();
        for (IdIndex index : indexes) {
            entries.addAll(index.findInEveryContext(q.recordIdHash(), q.limit() - entries.size()));
        }
        return new Ids(entries);
    }
}
