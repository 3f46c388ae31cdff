package tekton.budget.metering.query;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Single records, for as long as their ids are remembered. The log is the record store; reads go to
 * Kafka and are bounded. Any thread.
 */
public interface RecordQueries {

    /** The most records of one page. */
    int PAGE_MAX = 100;

    /**
     * The counted record of an id: one per context that has it.
     *
     * @param contextId the context, or null to search all
     */
    Answer<List<CountedRecord>> byId(String recordId, @Nullable String contextId, ReadAfter after);

    /**
     * The counted records of a context, newest arrival first.
     *
     * @param cursor where the page before ended, or null for the first page
     * @param limit 1 to {@link #PAGE_MAX}
     * @throws IllegalArgumentException if the cursor is not one of ours
     */
    Answer<RecordPage> ofContext(
            String contextId, @Nullable String cursor, int limit, ReadAfter after);

    /**
     * A page of records.
     *
     * @param items the records; possibly fewer than asked for although there are more, because one
     *     page reads a bounded part of the log
     * @param next where the next page begins, or null when the log has been read to its end
     */
    record RecordPage(List<CountedRecord> items, @Nullable String next) {}
}
