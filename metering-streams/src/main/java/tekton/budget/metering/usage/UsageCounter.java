package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.FieldProblem;
import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;
import tekton.budget.codec.UsageTime;
import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.event.Fingerprint;
import tekton.budget.event.LedgerDelta;
import tekton.budget.event.Notice;
import tekton.budget.event.Notice.NoticeKind;
import tekton.budget.event.TotalsFeed.TotalsDelta;
import tekton.budget.event.UsageReported;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.usage.UsageChanges.ChangedContext;
import tekton.budget.metering.usage.UsageChanges.ChangedHour;
import tekton.budget.metering.usage.UsageOutcome.Duplicate;
import tekton.budget.metering.usage.UsageOutcome.Misrouted;
import tekton.budget.metering.usage.UsageOutcome.New;
import tekton.budget.metering.usage.UsageOutcome.Unusable;
import tekton.budget.pricing.Charge;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Partitions;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Shown;
import tekton.budget.value.Totals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules by which one partition of usage is counted, in the order in which a record meets them:
 * judge, place, recognise, rate, count. Nothing is written per record: what has changed since the
 * last commit gathers here, until {@link #changes} gives it away. Of one thread; a commit that came
 * to nothing needs a new one, over the state as it was.
 */
public final class UsageCounter {

    private static final int PROBLEMS_SHOWN_MAX = 5;

    /** So many kinds of estimates are told of; a stranger may invent tiers of any model. */
    private static final int TOLD_MAX = 1_000;

    /** How many contexts stay decoded in memory. Some 600 bytes each. */
    private static final int REMEMBERED_MAX = 20_000;

    /**
     * How many parts of contexts' hours stay in memory from commit to commit. Some 200 bytes each.
     */
    private static final int PARTS_REMEMBERED_MAX = 40_000;

    /** How many cells stay known from commit to commit. Some 500 bytes each. */
    private static final int CELLS_REMEMBERED_MAX = 5_000;

    private final UsageRules rules;
    private final UsageState state;
    private final Fingerprint fingerprint = new Fingerprint();
    private final Map<String, RunningContext> contexts = new HashMap<>();
    private final List<RunningContext> changedContexts = new ArrayList<>();
    private final Map<CellHour, Spent> cells = new HashMap<>();
    private final Map<Share, Share> shares = new HashMap<>();
    private final List<Spent> changedCells = new ArrayList<>();
    private final RunningUsers users;
    private final Set<Estimate> toldEstimates = new HashSet<>();
    private int changedHours;
    private int hourParts;

    /** An allocation that is drawn down, and by whom. */
    private record Draw(String allocationId, String contextId) {}

    /** What was spent in one cell since the last commit: in all, and of it by allocation. */
    private static final class Spent {

        private final CellHour at;
        private final Share share;
        private final Map<Draw, RunningSum> drawn = new LinkedHashMap<>(0);
        private RunningSum free = new RunningSum();
        private boolean changed;

        private Spent(CellHour at, Share share) {
            this.at = at;
            this.share = share;
        }

        private void add(UsageReported usage, Totals more) {
            String allocationId = usage.allocationId();
            if (allocationId == null) {
                free.add(more);
            } else {
                drawn.computeIfAbsent(
                                new Draw(allocationId, usage.contextId()), _ -> new RunningSum())
                        .add(more);
            }
        }

        /** Gives away what was spent; from here on nothing is. */
        private void written(List<LedgerDelta> deltas, List<TotalsDelta> counted) {
            RunningSum sum = free;
            if (!free.isEmpty()) {
                deltas.add(new LedgerDelta(at.cell(), at.hour(), null, null, free.now()));
            }
            for (Map.Entry<Draw, RunningSum> each : drawn.entrySet()) {
                Draw draw = each.getKey();
                Totals totals = each.getValue().now();
                deltas.add(
                        new LedgerDelta(
                                at.cell(),
                                at.hour(),
                                draw.allocationId(),
                                draw.contextId(),
                                totals));
                sum.add(totals);
            }
            counted.add(new TotalsDelta(at.cell(), at.hour(), sum.now()));
            drawn.clear();
            free = new RunningSum();
            changed = false;
        }
    }

    private record Estimate(String budgetId, String provider, String model, ServiceTier tier) {}

    /** A counter of one partition, whose state is as the last commit left it. */
    public UsageCounter(UsageRules rules, UsageState state) {
        this.rules = rules;
        this.state = state;
        users = new RunningUsers(state);
    }

    /** Judges a record and counts it where it is to be counted. */
    public UsageOutcome take(UsageRecord record) {
        Origin origin = record.origin();
        if (origin == null) {
            return new Unusable(Reason.INVALID, "a misrouted record without its origin");
        }
        Parsed parsed =
                record.value() == null
                        ? new Parsed.Unreadable("no value (expected: one JSON object)")
                        : UsageReader.fromTopic(record.value());
        return switch (parsed) {
            case Parsed.Unreadable(String message) -> new Unusable(Reason.UNREADABLE, message);
            case Parsed.Refused refused -> new Unusable(Reason.INVALID, sentence(refused));
            case Parsed.Accepted(UsageReported usage) -> place(record, usage, origin);
        };
    }

    private UsageOutcome place(UsageRecord record, UsageReported usage, Origin origin) {
        Optional<FieldProblem> time = UsageTime.checkAtAppend(usage, origin.appendTimeMs());
        if (time.isPresent()) {
            return new Unusable(Reason.TIMESTAMP, time.get().message());
        }
        byte[] contextKey = usage.contextId().getBytes(StandardCharsets.UTF_8);
        if (Partitions.of(contextKey, rules.partitions()) == record.partition()
                && Arrays.equals(contextKey, record.key())) {
            return recognise(record, usage, origin);
        }
        return record.moved()
                ? new Unusable(
                        Reason.INVALID,
                        "a misrouted record in another partition than its context's")
                : new Misrouted(contextKey, origin);
    }

    private UsageOutcome recognise(UsageRecord record, UsageReported usage, Origin origin) {
        IdKey key = new IdKey(fingerprint.key(usage.recordId(), usage.contextId()));
        long print = fingerprint.of(usage);
        long arrivalMs = state.arrival(record.appendTimeMs());
        FirstOccurrence first = state.find(key, arrivalMs);
        if (first == null) {
            state.remember(
                    key,
                    new FirstOccurrence(origin.partition(), origin.offset(), print),
                    arrivalMs);
            return rate(usage, origin);
        }
        return first.fingerprint() == print
                ? new Duplicate()
                : new Unusable(
                        Reason.CONFLICT,
                        "record_id: %s (expected: the content counted first, at usage-%d:%d)"
                                .formatted(
                                        Shown.text(usage.recordId()),
                                        first.partition(),
                                        first.offset()));
    }

    private UsageOutcome rate(UsageReported usage, Origin origin) {
        long timestampMs = usage.timestampMs(origin.appendTimeMs());
        Charge charge = rules.rating().charge(usage, timestampMs);
        count(
                usage,
                Contribution.of(
                        usage, timestampMs, rules.widths().widthOf(usage.budgetId()), charge));
        return new New(
                timestampMs,
                charge,
                origin,
                charge.estimated() ? firstNotice(usage, timestampMs) : null);
    }

    private void count(UsageReported usage, Contribution more) {
        String contextId = usage.contextId();
        RunningContext context =
                contexts.computeIfAbsent(
                        contextId, id -> new RunningContext(id, state.context(id)));
        if (!context.hasChanged()) {
            changedContexts.add(context);
        }
        Spent cell =
                cells.computeIfAbsent(
                        new CellHour(more.cell(), more.hour()),
                        at ->
                                new Spent(
                                        at,
                                        shares.computeIfAbsent(Share.of(at.cell()), same -> same)));
        String userId = usage.userId();
        int before = context.hourParts();
        if (context.add(
                cell.share,
                cell.at.cell(),
                userId,
                more,
                hour -> state.contextHour(contextId, hour))) {
            changedHours++;
        }
        hourParts += context.hourParts() - before;
        if (!cell.changed) {
            cell.changed = true;
            changedCells.add(cell);
        }
        cell.add(usage, more.totals());
        if (userId != null) {
            users.add(userId, cell.at, more.totals());
        }
    }

    /** Says once that nobody has a rate of a record's service tier. */
    private @Nullable Notice firstNotice(UsageReported usage, long timestampMs) {
        Estimate estimate =
                new Estimate(
                        usage.budgetId(), usage.provider(), usage.model(), usage.serviceTier());
        if (toldEstimates.size() >= TOLD_MAX || !toldEstimates.add(estimate)) {
            return null;
        }
        return new Notice(
                NoticeKind.ESTIMATED_USAGE,
                usage.budgetId(),
                "%s/%s %s"
                        .formatted(usage.provider(), usage.model(), usage.serviceTier().wireName()),
                EpochMinute.hourOf(timestampMs));
    }

    /** How much has gathered since the last commit: the most of any kind. */
    public int gathered() {
        return Math.max(
                Math.max(changedHours, changedCells.size()),
                Math.max(hourParts, users.remembered()));
    }

    /**
     * What has changed since the last commit; from here on that is written.
     *
     * @param nowMs the time, epoch milliseconds
     */
    public UsageChanges changes(long nowMs) {
        List<ChangedContext> uses = new ArrayList<>(changedContexts.size());
        List<ChangedHour> hours = new ArrayList<>(changedHours);
        List<LevelCrossed> crossed = new ArrayList<>();
        for (RunningContext context : changedContexts) {
            ContextUse use = context.use();
            uses.add(new ChangedContext(context.contextId(), use));
            crossed.addAll(
                    crossed(context.contextId(), context.committed(), use.spendings(), nowMs));
            int before = context.hourParts();
            context.written(use, hours);
            hourParts += context.hourParts() - before;
        }
        List<LedgerDelta> deltas = new ArrayList<>(changedCells.size());
        List<TotalsDelta> counted = new ArrayList<>(changedCells.size());
        for (Spent cell : changedCells) {
            cell.written(deltas, counted);
        }
        changedContexts.clear();
        changedHours = 0;
        changedCells.clear();
        if (cells.size() > CELLS_REMEMBERED_MAX) {
            cells.clear();
            shares.clear();
        }
        if (contexts.size() > REMEMBERED_MAX || hourParts > PARTS_REMEMBERED_MAX) {
            contexts.clear();
            hourParts = 0;
        }
        return new UsageChanges(uses, hours, crossed, deltas, counted, users.written());
    }

    private List<LevelCrossed> crossed(
            String contextId, List<Spending> before, List<Spending> after, long nowMs) {
        if (after.size() == 1) {
            return rules.limits()
                    .crossed(after.getFirst().budgetId(), contextId, before, after, nowMs);
        }
        List<LevelCrossed> crossed = new ArrayList<>();
        Set<String> asked = new HashSet<>();
        for (Spending each : after) {
            if (asked.add(each.budgetId())) {
                crossed.addAll(
                        rules.limits().crossed(each.budgetId(), contextId, before, after, nowMs));
            }
        }
        return crossed;
    }

    private static String sentence(Parsed.Refused refused) {
        return refused.problems().stream()
                .limit(PROBLEMS_SHOWN_MAX)
                .map(FieldProblem::message)
                .collect(Collectors.joining("; "));
    }
}
