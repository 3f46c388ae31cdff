package tekton.budget.serde;

import org.jspecify.annotations.Nullable;

/** Gives a record that names no {@code record_id} its identity. */
@FunctionalInterface
public interface RecordIdFallback {

    /**
     * The record's id.
     *
     * @param requestId the record's {@code request_id}, if it has one
     */
    String recordId(@Nullable String requestId);
}
