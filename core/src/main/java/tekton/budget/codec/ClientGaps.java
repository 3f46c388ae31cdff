package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

/** What the edge fills in where a client has left something out of a record. */
public interface ClientGaps {

    /**
     * The id of a record that has no {@code record_id}.
     *
     * @param requestId the record's {@code request_id}, if it has one
     */
    String recordId(@Nullable String requestId);

    /**
     * The context of a record that names its allocation only; null when that cannot be said. Asked
     * only when nothing else is wrong with the record.
     */
    @Nullable String contextId(String allocationId);
}
