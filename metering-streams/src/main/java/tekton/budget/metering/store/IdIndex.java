package tekton.budget.metering.store;

import org.jspecify.annotations.Nullable;

import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.IdKey;

import java.util.List;

/** What threads other than the task's own may ask of the remembered ids. */
public interface IdIndex {

    /** What is remembered of an id in a context, or null. */
    @Nullable FirstOccurrence find(IdKey key);

    /**
     * What is remembered of an id in every context of this partition.
     *
     * @param recordIdHash the record id's part of the key
     * @param limit the most entries
     */
    List<FirstOccurrence> findInEveryContext(byte[] recordIdHash, int limit);
}
