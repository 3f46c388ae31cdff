package tekton.budget.metering.recordlog;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.Fingerprint;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.local.IdShard;
import tekton.budget.metering.query.local.IdShard.Ids;
import tekton.budget.metering.query.local.ShardKind;
import tekton.budget.metering.query.remote.ScatterGather;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.IdKey;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What is remembered of the ids in one partition's logs. Their owner may be another instance, so it
 * is asked about all records that are held in memory at once. One thread.
 */
final class DedupLookup {

    private final ScatterGather gather;
    private final List<Integer> partition;
    private final Fingerprint fingerprint = new Fingerprint();
    private Map<IdKey, @Nullable FirstOccurrence> known = new HashMap<>();

    DedupLookup(ScatterGather gather, int partition) {
        this.gather = gather;
        this.partition = List.of(partition);
    }

    /**
     * What is remembered of a record's id, or null.
     *
     * @param ahead the records that will be asked about next
     * @throws IdsAwayException if the owner cannot be asked
     */
    @Nullable FirstOccurrence find(CountedRecord record, Supplier<Stream<CountedRecord>> ahead) {
        IdKey key = key(record);
        if (!known.containsKey(key)) {
            lookUp(Stream.concat(Stream.of(key), ahead.get().map(this::key)).distinct().toList());
        }
        return known.get(key);
    }

    private IdKey key(CountedRecord record) {
        return new IdKey(fingerprint.key(record.usage().recordId(), record.usage().contextId()));
    }

    private void lookUp(List<IdKey> keys) {
        Answer<Ids> answer =
                gather.ask(
                                ShardKind.CONTEXTS,
                                partition,
                                Consistency.NOTHING,
                                (of, when) ->
                                        new IdShard.FindIds(
                                                of, keys.stream().map(IdKey::bytes).toList(), when))
                        .map(List::getFirst);
        if (!(answer instanceof Answer.Found<Ids>(Ids ids)) || ids.entries().size() < keys.size()) {
            throw new IdsAwayException(
                    answer instanceof Answer.NotReady<Ids> away
                            ? away.missing()
                            : "usage %s: not answered".formatted(partition));
        }
        known = HashMap.newHashMap(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            known.put(keys.get(i), ids.entries().get(i));
        }
    }
}
