package tekton.budget.metering.recordlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.query.RecordTrace;
import tekton.budget.metering.query.RecordTrace.RecordRepeat;
import tekton.budget.metering.query.RecordTrace.RepeatKind;
import tekton.budget.topic.DeadLetterParts;
import tekton.budget.topic.DeadLetterParts.SourcePosition;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;

/** What came under a record's id behind it, in logs of two partitions. */
class TraceWalkTest {

    private static final TopicPartition USAGE = new TopicPartition(Topics.USAGE_REPORTED.name(), 0);
    private static final TopicPartition STRAYS = new TopicPartition(Topics.USAGE_STRAYS.name(), 0);

    private final LogInMemory log =
            new LogInMemory(
                    Topics.USAGE_REPORTED.name(),
                    2,
                    Topics.USAGE_STRAYS.name(),
                    Topics.DEAD_LETTERS.name());
    private final LogReader reader = new LogReader(() -> log);

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void shouldTellDuplicatesFromConflictsWhereverTheyWereWritten() {
        append(USAGE, "ctx", "r", 1, 10);
        CountedRecord first = counted(append(USAGE, "ctx", "r", 5, 20));
        append(USAGE, "ctx", "other", 5, 30);
        append(USAGE, "elsewhere", "r", 5, 40);
        append(USAGE, "ctx", "r", 5, 50);
        append(USAGE, "ctx", "r", 6, 60);
        log.append(STRAYS, "ctx", usage("ctx", "r", 5), 70, new Origin(1, 17, 65).toHeaders());

        RecordTrace trace = trace(first);

        assertThat(trace.appendedAtMs()).isEqualTo(20);
        assertThat(trace.complete()).isTrue();
        // What stands before the record is none of its repeats: it was counted first.
        assertThat(trace.repeats())
                .containsExactly(
                        new RecordRepeat(RepeatKind.DUPLICATE, 0, 4, 50),
                        new RecordRepeat(RepeatKind.CONFLICT, 0, 5, 60),
                        new RecordRepeat(RepeatKind.DUPLICATE, 1, 17, 65));
    }

    @Test
    void shouldSayWhereItStoppedAndFindConflictsBehindThatInTheDeadLetters() {
        CountedRecord first = counted(append(USAGE, "ctx", "r", 5, 20));
        for (int i = 0; i < RecordQueries.READ_MAX; i++) {
            append(USAGE, "busy", "b" + i, 1, 30);
        }
        append(USAGE, "ctx", "r", 5, 40);
        long conflict = append(USAGE, "ctx", "r", 6, 50);
        bury("ctx", "r", conflict, Reason.CONFLICT);
        bury("ctx", "r", conflict + 1, Reason.INVALID);
        bury("ctx", "other", conflict + 2, Reason.CONFLICT);
        bury("elsewhere", "r", conflict + 3, Reason.CONFLICT);

        RecordTrace trace = trace(first);

        assertThat(trace.complete()).isFalse();
        assertThat(trace.repeats())
                .containsExactly(new RecordRepeat(RepeatKind.CONFLICT, 0, conflict, 50));
    }

    @Test
    void shouldKnowNothingOfWhatTheLogHasForgotten() {
        CountedRecord first = counted(append(USAGE, "ctx", "r", 5, 20));
        append(USAGE, "ctx", "r", 5, 30);
        log.deleteBefore(USAGE, 1);

        assertThat(new TraceWalk(reader, first).trace(0)).isEmpty();
    }

    private RecordTrace trace(CountedRecord first) {
        return new TraceWalk(reader, first).trace(0).orElseThrow();
    }

    private CountedRecord counted(long offset) {
        return StoredRecord.read(reader.read(USAGE, offset, offset + 1).getFirst()).orElseThrow();
    }

    private long append(TopicPartition to, String context, String id, int tokens, long atMs) {
        return log.append(to, context, usage(context, id, tokens), atMs, LogInMemory.none());
    }

    private void bury(String context, String id, long offset, Reason reason) {
        String value = usage(context, id, 6);
        Headers headers =
                DeadLetterParts.of(
                                context.getBytes(StandardCharsets.UTF_8),
                                value.getBytes(StandardCharsets.UTF_8),
                                new SourcePosition(Topics.USAGE_REPORTED.name(), 0, offset, 50),
                                reason,
                                "by a test")
                        .headers();
        log.append(BuriedRecords.LETTERS, context, value, 60, headers);
    }

    private static String usage(String context, String id, int tokens) {
        return "{\"record_id\":\"%s\",\"context_id\":\"%s\",\"component\":\"x\",\"provider\":\"p\",\"model\":\"m\",\"input_tokens\":%d,\"output_tokens\":0}"
                .formatted(id, context, tokens);
    }
}
