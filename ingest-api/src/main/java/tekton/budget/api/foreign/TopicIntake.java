package tekton.budget.api.foreign;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.usage.ForeignIntake;
import tekton.budget.api.usage.Judgement;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.UsageReported;
import tekton.budget.topic.DeadLetterParts;
import tekton.budget.topic.DeadLetterParts.SourcePosition;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Judges the records of topics of others by the rules and prices of every report. There is nobody
 * to answer: what cannot count becomes a dead letter, one for each record of the topic, whatever it
 * holds. One thread.
 */
final class TopicIntake {

    private static final Logger LOG = LoggerFactory.getLogger(TopicIntake.class);

    /** So many of a record's refusals are explained, in so many characters. */
    private static final int SENTENCES_MAX = 10;

    private static final int SENTENCE_LENGTH_MAX = 500;

    /** A dead letter keeps so much of the headers: an event in binary mode is half in them. */
    private static final int HEADER_BYTES_MAX = 16_384;

    private static final int HEADERS_MAX = 100;

    /** The dead letters' own headers begin so. */
    private static final String OWN = "budget.";

    private final TopicBodies bodies;
    private final ForeignIntake intake;
    private final InstantSource clock;

    TopicIntake(TopicBodies bodies, ForeignIntake intake, InstantSource clock) {
        this.bodies = bodies;
        this.intake = intake;
        this.clock = clock;
    }

    /**
     * Judges a record. A call that says no time gets the record's, which is the same however often
     * the record is read.
     *
     * @throws ProblemException if that cannot be said now, and may be later; at the first call of
     *     which that is so
     */
    RecordOutcome judge(ForeignTopic topic, ConsumerRecord<byte[], byte[]> record) {
        if (TopicBodies.isTombstone(record)) {
            return RecordOutcome.IGNORED;
        }
        try {
            long nowMs = clock.millis();
            Adapted adapted = bodies.read(topic, record, nowMs);
            long writtenMs = record.timestamp();
            long receivedMs = writtenMs > 0 ? Math.min(writtenMs, nowMs) : nowMs;
            return outcome(topic, record, adapted, intake.judge(adapted, receivedMs, null, null));
        } catch (ForeignFormatException unreadable) {
            return refused(
                    record, DeadLetter.Reason.UNREADABLE, String.valueOf(unreadable.getMessage()));
        } catch (ProblemException later) {
            throw later;
        } catch (RuntimeException | StackOverflowError failure) {
            // Whatever the record does: it may not hold up those behind it.
            LOG.error(
                    "{}-{} at {}: not readable; read on",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    failure);
            return refused(
                    record,
                    DeadLetter.Reason.INVALID,
                    "value: Budget failed to read it (%s)"
                            .formatted(failure.getClass().getSimpleName()));
        }
    }

    private RecordOutcome outcome(
            ForeignTopic topic,
            ConsumerRecord<byte[], byte[]> record,
            Adapted adapted,
            Stream<ForeignIntake.JudgedCall> judged) {
        List<UsageReported> usage = new ArrayList<>(adapted.calls().size());
        List<ProblemType> refused = new ArrayList<>();
        List<String> why = new ArrayList<>();
        judged.forEach(
                call -> {
                    switch (call.judgement()) {
                        case Judgement.AcceptedUsage accepted -> usage.add(accepted.usage());
                        case Judgement.RefusedUsage(Problem problem) -> {
                            if (isTemporary(problem)) {
                                throw new ProblemException(problem);
                            }
                            refused.add(problem.type());
                            why.add(
                                    "%s %d: %s"
                                            .formatted(
                                                    topic.noun(),
                                                    call.position(),
                                                    problem.detail()));
                        }
                    }
                });
        for (Adapted.Rejection rejection : adapted.rejected()) {
            refused.add(ProblemType.INVALID_VALUE);
            why.add(rejection.sentence());
        }
        return new RecordOutcome(
                usage,
                refused,
                why.isEmpty()
                        ? null
                        : letter(record, DeadLetter.Reason.INVALID, message(usage.size(), why)),
                adapted.ignored(),
                ForeignIntake.clamped(adapted));
    }

    /** Whether time may cure it: the record is judged again. */
    private static boolean isTemporary(Problem problem) {
        return problem.type() == ProblemType.SERVICE_UNAVAILABLE
                || problem.type() == ProblemType.POSITION_NOT_REACHED;
    }

    private static String message(int counted, List<String> why) {
        StringBuilder message =
                new StringBuilder(
                        counted == 0 ? "" : "%d counted, %d not: ".formatted(counted, why.size()));
        for (int i = 0; i < Math.min(why.size(), SENTENCES_MAX); i++) {
            String sentence = why.get(i);
            message.append(i == 0 ? "" : "; ")
                    .append(sentence, 0, Math.min(sentence.length(), SENTENCE_LENGTH_MAX));
        }
        if (why.size() > SENTENCES_MAX) {
            message.append("; and %d more".formatted(why.size() - SENTENCES_MAX));
        }
        return message.toString();
    }

    private static RecordOutcome refused(
            ConsumerRecord<byte[], byte[]> record, DeadLetter.Reason reason, String message) {
        return new RecordOutcome(
                List.of(),
                List.of(ProblemType.INVALID_REQUEST),
                letter(record, reason, message),
                0,
                0);
    }

    private static DeadLetterParts letter(
            ConsumerRecord<byte[], byte[]> record, DeadLetter.Reason reason, String message) {
        DeadLetterParts letter =
                DeadLetterParts.of(
                        record.key(),
                        record.value(),
                        new SourcePosition(
                                record.topic(),
                                record.partition(),
                                record.offset(),
                                Math.max(0, record.timestamp())),
                        reason,
                        message);
        keepHeaders(record.headers(), letter.headers());
        return letter;
    }

    private static void keepHeaders(Headers of, Headers kept) {
        int bytes = 0;
        int count = 0;
        int left = 0;
        for (Header header : of) {
            int size =
                    header.key().length() * 3
                            + (header.value() == null ? 0 : header.value().length);
            if (header.key().startsWith(OWN)) {
                continue;
            }
            if (count == HEADERS_MAX || bytes + size > HEADER_BYTES_MAX) {
                left++;
            } else {
                bytes += size;
                count++;
                kept.add(header);
            }
        }
        if (left > 0) {
            kept.add(
                    DeadLetter.CUT,
                    "%d headers left out".formatted(left).getBytes(StandardCharsets.UTF_8));
        }
    }
}
