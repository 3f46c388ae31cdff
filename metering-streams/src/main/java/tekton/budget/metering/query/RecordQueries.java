package tekton.budget.metering.query;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Positions;

import java.util.List;

/**
 * Single records, for as long as their ids are remembered. The log is the record store; reads go to
 * Kafka and are bounded. Lists have the counted records only, in the order in which they arrived,
 * newest first; records of one instant by partition. Any thread.
 */
public interface RecordQueries {

    /** The most records of one page. */
    int PAGE_MAX = 100;

    /** How many records of the log one page reads at most. */
    int READ_MAX = 20_000;

    /**
     * The counted record of an id: one per context that has it.
     *
     * @param contextId the context, or null to search all
     */
    Answer<List<CountedRecord>> byId(
            String recordId, @Nullable String contextId, Consistency after);

    /**
     * The records that match, page by page without an end.
     *
     * @param cursor where the page before ended, or null for the first page; made for the same
     *     filter
     * @param limit 1 to {@link #PAGE_MAX}
     * @throws IllegalArgumentException if the cursor is not one of ours
     */
    Answer<RecordPage> list(
            RecordFilter filter, @Nullable String cursor, int limit, Consistency after);

    /**
     * A page by its number, of what the newest {@value #READ_MAX} records of the log hold.
     *
     * @param number from 1
     * @param limit 1 to {@link #PAGE_MAX}
     */
    Answer<NumberedPage> page(RecordFilter filter, int number, int limit, Consistency after);

    /**
     * How far the log goes: the last record of each partition that has any, counted or not. Asks
     * Kafka, and no store.
     */
    Answer<Positions> newest();

    /**
     * Where a counted record stands, and what came under its id behind it, in at most {@value
     * #READ_MAX} records of its context's logs.
     */
    Answer<RecordTrace> trace(CountedRecord record);

    /**
     * A page of records.
     *
     * @param items the records; possibly fewer than asked for although there are more, because one
     *     page reads a bounded part of the log
     * @param next where the next page begins, or null when the log has been read to its end. Made
     *     of one part per partition, each of which holds by itself
     */
    record RecordPage(List<CountedRecord> items, @Nullable String next) {
        public RecordPage {
            items = List.copyOf(items);
        }
    }

    /**
     * A page that was asked for by its number.
     *
     * @param page the page; what comes behind it begins at its {@code next}
     * @param total how many records match in what was read
     * @param exact true when the log was read to its end, so that the total is that of all
     */
    record NumberedPage(RecordPage page, long total, boolean exact) {}
}
