package tekton.budget.metering.recordlog;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import tekton.budget.event.DeadLetter;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.DeadLetterQueries;
import tekton.budget.topic.Topics;
import tekton.budget.value.WholeNumber;

import java.util.ArrayList;
import java.util.List;

/** Dead letters, read from their topic back from its end. */
public final class BuriedRecords implements DeadLetterQueries {

    /**
     * A dead letter is larger than most records: a stretch of them is as short as if so many logs
     * were walked together, and holds at most 36 MB.
     */
    static final int TOGETHER = 50;

    static final TopicPartition LETTERS = new TopicPartition(Topics.DEAD_LETTERS.name(), 0);

    private final LogReader log;

    public BuriedRecords(LogReader log) {
        this.log = log;
    }

    @Override
    public Answer<DeadLetterPage> list(
            @Nullable String reason, @Nullable String cursor, int limit) {
        Long before = cursor == null ? null : offset(cursor);
        return LogReader.answering(() -> new Found<>(page(reason, before, limit)));
    }

    @Override
    public Answer<WholeDeadLetter> find(long offset) {
        return LogReader.answering(
                () -> {
                    LogReader.Bounds bounds = bounds();
                    if (offset < bounds.begin() || offset >= bounds.end()) {
                        return new Unknown<>();
                    }
                    List<ConsumerRecord<byte[], byte[]>> read =
                            log.read(LETTERS, offset, offset + 1);
                    // The end of a transaction has an offset too.
                    return read.isEmpty()
                            ? new Unknown<>()
                            : new Found<>(StoredDeadLetter.whole(read.getFirst()));
                });
    }

    private DeadLetterPage page(@Nullable String reason, @Nullable Long before, int limit) {
        BackwardLog letters = new BackwardLog(log, LETTERS, bounds(), before, TOGETHER);
        List<ShownDeadLetter> items = new ArrayList<>();
        int read = 0;
        while (items.size() < limit && read < READ_MAX && letters.peek() != null) {
            ConsumerRecord<byte[], byte[]> letter = letters.take();
            read++;
            if (reason == null
                    || reason.equals(StoredDeadLetter.text(letter.headers(), DeadLetter.REASON))) {
                items.add(StoredDeadLetter.shown(letter));
            }
        }
        return new DeadLetterPage(
                items, letters.peek() == null ? null : Long.toString(letters.next()));
    }

    private LogReader.Bounds bounds() {
        return LogReader.boundsOf(log.bounds(List.of(LETTERS)), LETTERS);
    }

    private static long offset(String cursor) {
        Long offset = WholeNumber.parse(cursor);
        if (offset == null || offset < 0) {
            throw WalkCursor.notOurs();
        }
        return offset;
    }
}
