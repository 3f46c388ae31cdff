package tekton.budget.metering.topology;

import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.FieldProblem;
import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;
import tekton.budget.codec.UsageTime;
import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.event.Fingerprint;
import tekton.budget.event.Notice;
import tekton.budget.event.UsageReported;
import tekton.budget.metering.limits.CellWidths;
import tekton.budget.metering.limits.SessionLimits;
import tekton.budget.metering.query.Prices;
import tekton.budget.metering.store.CommitHook;
import tekton.budget.metering.store.DedupStore;
import tekton.budget.metering.store.FirstOccurrence;
import tekton.budget.metering.store.IdKey;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.streams.DeadLetters;
import tekton.budget.metering.topology.MeteringCounters.Outcome;
import tekton.budget.metering.usage.Contribution;
import tekton.budget.pricing.Charge;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topics;
import tekton.budget.value.Hour;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Shown;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stage one, one task per partition of the usage topic: skip what was read before, judge, move
 * strays, recognise duplicates, rate, count.
 *
 * <p>Per record nothing is written: {@link StageOneState} gathers what has changed and the {@link
 * CommitHook} writes it, hands it over and notes how far was read, once per commit and in its
 * transaction. The stream never stops for a record; what cannot be counted becomes a dead letter.
 */
final class CountUsage implements Processor<byte[], byte[], byte[], byte[]> {

    private static final int PROBLEMS_SHOWN_MAX = 5;

    /** So many kinds of estimates are told of; a stranger may invent tiers of any model. */
    private static final int TOLD_MAX = 1_000;

    private record Estimate(String budgetId, String provider, String model, ServiceTier tier) {}

    private final MeteringTopology.Shape shape;
    private final Prices prices;
    private final SessionLimits limits;
    private final CellWidths widths;
    private final MeteringCounters counters;
    private final CommitPace pace;
    private final ProgressBoard board;
    private final Fingerprint fingerprint = new Fingerprint();
    private final Set<Estimate> toldEstimates = new HashSet<>();
    private @Nullable ProcessorContext<byte[], byte[]> processorContext;
    private @Nullable StageOneState stageOneState;
    private @Nullable OpenUsage openUsage;
    private @Nullable CommitHook commitHook;
    private @Nullable Cancellable pacing;

    CountUsage(
            MeteringTopology.Shape shape,
            Prices prices,
            SessionLimits limits,
            CellWidths widths,
            MeteringCounters counters,
            CommitPace pace,
            ProgressBoard board) {
        this.shape = shape;
        this.prices = prices;
        this.limits = limits;
        this.widths = widths;
        this.counters = counters;
        this.pace = pace;
        this.board = board;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        processorContext = context;
        // What a transaction that came to nothing has told is told again.
        toldEstimates.clear();
        StageOneState state = new StageOneState(context, shape, limits, board);
        stageOneState = state;
        CommitHook hook = context.getStateStore(Nodes.COUNT_USAGE_COMMIT);
        commitHook = hook;
        OpenUsage open = new OpenUsage(counters);
        openUsage = open;
        hook.attach(context, state::writeAndHandOver, open::committed);
        pacing =
                context.schedule(
                        CommitPace.QUICK,
                        PunctuationType.WALL_CLOCK_TIME,
                        nowMs -> {
                            if (state.hasChanged() && pace.commitNow(nowMs)) {
                                context.commit();
                            }
                        });
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata at = context().recordMetadata().orElseThrow();
        StageOneState state = state();
        if (at.offset() <= state.reached().of(at.topic())) {
            open().add(Outcome.SKIPPED);
            return;
        }
        pace.read();
        count(record, at);
        state.reached().read(at.topic(), at.offset());
        state.boundMemory();
    }

    @Override
    public void close() {
        Cancellable ended = pacing;
        if (ended != null) {
            // A task that is revived is initialised anew, and would have two.
            ended.cancel();
        }
        CommitHook hook = commitHook;
        if (hook != null) {
            hook.detach();
        }
        board.inputClosed(context().taskId().partition());
    }

    private void count(Record<byte[], byte[]> record, RecordMetadata at) {
        boolean stray = at.topic().equals(Topics.USAGE_STRAYS.name());
        Optional<Origin> origin =
                stray
                        ? Origin.of(record.headers())
                        : Optional.of(new Origin(at.partition(), at.offset(), record.timestamp()));
        if (origin.isEmpty()) {
            bury(record, at, Reason.INVALID, "a stray without its origin");
            return;
        }
        Parsed parsed =
                record.value() == null
                        ? new Parsed.Unreadable("no value (expected: one JSON object)")
                        : UsageReader.fromTopic(record.value());
        switch (parsed) {
            case Parsed.Unreadable(String message) -> bury(record, at, Reason.UNREADABLE, message);
            case Parsed.Refused refused -> bury(record, at, Reason.INVALID, sentence(refused));
            case Parsed.Accepted(UsageReported usage) ->
                    countReadable(record, at, usage, origin.get(), stray);
        }
    }

    private void countReadable(
            Record<byte[], byte[]> record,
            RecordMetadata at,
            UsageReported usage,
            Origin origin,
            boolean stray) {
        Optional<FieldProblem> time = UsageTime.checkAtAppend(usage, origin.appendTimeMs());
        if (time.isPresent()) {
            bury(record, at, Reason.TIMESTAMP, time.get().message());
            return;
        }
        byte[] contextKey = usage.contextId().getBytes(StandardCharsets.UTF_8);
        boolean inPlace =
                Partitions.of(contextKey, shape.usagePartitions()) == at.partition()
                        && Arrays.equals(contextKey, record.key());
        if (inPlace) {
            countOnce(record, at, usage, origin);
        } else if (stray) {
            bury(record, at, Reason.INVALID, "a stray in another partition than its context's");
        } else {
            open().add(Outcome.STRAY);
            context()
                    .forward(
                            new Record<>(
                                    contextKey,
                                    record.value(),
                                    record.timestamp(),
                                    origin.toHeaders()),
                            Nodes.MOVE_STRAYS);
        }
    }

    private void countOnce(
            Record<byte[], byte[]> record, RecordMetadata at, UsageReported usage, Origin origin) {
        StageOneState state = state();
        IdKey key = new IdKey(fingerprint.key(usage.recordId(), usage.contextId()));
        long print = fingerprint.of(usage);
        long arrivalMs = state.reached().arrival(record.timestamp());
        DedupStore ids = state.ids();
        FirstOccurrence first = ids.find(key, arrivalMs);
        if (first == null) {
            ids.remember(
                    key,
                    new FirstOccurrence(origin.partition(), origin.offset(), print),
                    arrivalMs);
            long timestampMs = usage.timestampMs(origin.appendTimeMs());
            Charge charge = prices.charge(usage, timestampMs);
            state.add(
                    usage,
                    Contribution.of(usage, timestampMs, widths.widthOf(usage.budgetId()), charge));
            open().counted(origin.appendTimeMs());
            if (charge.unpriced()) {
                open().add(Outcome.UNPRICED);
            }
            if (charge.estimated()) {
                open().add(Outcome.ESTIMATED);
                tellEstimate(usage, timestampMs);
            }
            if (shape.publishRated()) {
                context()
                        .forward(
                                new Record<>(
                                        record.key(),
                                        RatedUsage.write(record.value(), timestampMs, charge),
                                        record.timestamp()),
                                Nodes.PUBLISH_RATED);
            }
        } else if (first.fingerprint() == print) {
            open().add(Outcome.DUPLICATE);
        } else {
            bury(
                    record,
                    at,
                    Reason.CONFLICT,
                    "record_id: %s (expected: the content counted first, at usage-%d:%d)"
                            .formatted(
                                    Shown.text(usage.recordId()),
                                    first.partition(),
                                    first.offset()));
        }
    }

    /** Says once that nobody has a rate of a record's service tier. */
    private void tellEstimate(UsageReported usage, long timestampMs) {
        if (toldEstimates.size() >= TOLD_MAX) {
            return;
        }
        Estimate estimate =
                new Estimate(
                        usage.budgetId(), usage.provider(), usage.model(), usage.serviceTier());
        if (toldEstimates.add(estimate)) {
            Notice notice =
                    new Notice(
                            Notice.NoticeKind.ESTIMATED_USAGE,
                            usage.budgetId(),
                            "%s/%s %s"
                                    .formatted(
                                            usage.provider(),
                                            usage.model(),
                                            usage.serviceTier().wireName()),
                            Hour.of(timestampMs));
            context()
                    .forward(
                            Notices.record(notice, context().currentSystemTimeMs()),
                            Nodes.TELL_ESTIMATE);
        }
    }

    private void bury(
            Record<byte[], byte[]> record, RecordMetadata at, Reason reason, String message) {
        open().add(reason);
        context().forward(DeadLetters.of(record, at, reason, message), Nodes.BURY_DEAD_LETTERS);
    }

    private static String sentence(Parsed.Refused refused) {
        return refused.problems().stream()
                .limit(PROBLEMS_SHOWN_MAX)
                .map(FieldProblem::message)
                .collect(Collectors.joining("; "));
    }

    private ProcessorContext<byte[], byte[]> context() {
        return initialised(processorContext);
    }

    private StageOneState state() {
        return initialised(stageOneState);
    }

    private OpenUsage open() {
        return initialised(openUsage);
    }

    private static <T> T initialised(@Nullable T field) {
        if (field == null) {
            throw new IllegalStateException("count-usage: used before init");
        }
        return field;
    }
}
