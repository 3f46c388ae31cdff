package tekton.budget.metering.query;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What could not be counted, for as long as the topic keeps it; newest first. Reads go to Kafka and
 * are bounded. Any thread.
 */
public interface DeadLetterQueries {

    /** The most dead letters of one page. */
    int PAGE_MAX = 100;

    /** How many dead letters one page reads at most. */
    int READ_MAX = 2_000;

    /** How much of a value is shown, in characters. */
    int VALUE_LENGTH_MAX = 4_096;

    /** How much of a key is shown, in characters. */
    int KEY_LENGTH_MAX = 512;

    /**
     * The dead letters of a reason, page by page without an end.
     *
     * @param reason the reason as its header says it; null for all
     * @param cursor where the page before ended, or null for the first page
     * @param limit 1 to {@link #PAGE_MAX}
     * @throws IllegalArgumentException if the cursor is not one of ours
     */
    Answer<DeadLetterPage> list(@Nullable String reason, @Nullable String cursor, int limit);

    /** One dead letter with its bytes. */
    Answer<WholeDeadLetter> find(long offset);

    /**
     * A dead letter as it is shown. What its headers do not say is null.
     *
     * @param partition its own partition
     * @param offset its own offset
     * @param deadAtMs when it became one, epoch milliseconds
     * @param reason why, in one word
     * @param message why, in one sentence
     * @param topic the topic that it was read from
     * @param sourcePartition the partition of that
     * @param sourceOffset the offset there
     * @param appendedAt when it was appended there, ISO-8601 UTC
     * @param key the begin of its key as text
     * @param value the begin of its value as text
     * @param valueBytes how many bytes of its value there are
     * @param cut true when it has not all of what was read
     */
    record ShownDeadLetter(
            int partition,
            long offset,
            long deadAtMs,
            @Nullable String reason,
            @Nullable String message,
            @Nullable String topic,
            @Nullable Integer sourcePartition,
            @Nullable Long sourceOffset,
            @Nullable String appendedAt,
            @Nullable String key,
            @Nullable String value,
            int valueBytes,
            boolean cut) {}

    /**
     * A dead letter with the bytes that it has.
     *
     * @param headers those that the record had where it was read, in so far as they were kept
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on at once, never compared.
    record WholeDeadLetter(
            ShownDeadLetter shown,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<KeptHeader> headers) {
        public WholeDeadLetter {
            headers = List.copyOf(headers);
        }
    }

    /** A header of a record. */
    @SuppressWarnings("ArrayRecordComponent") // Handed on at once, never compared.
    record KeptHeader(String name, byte @Nullable [] value) {}

    /**
     * A page of dead letters.
     *
     * @param items the dead letters; possibly fewer than asked for although there are more, because
     *     one page reads a bounded part of the topic
     * @param next where the next page begins, or null at the topic's begin
     */
    record DeadLetterPage(List<ShownDeadLetter> items, @Nullable String next) {
        public DeadLetterPage {
            items = List.copyOf(items);
        }
    }
}
