package tekton.budget.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.event.UsageReported;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.usage.UsageScene.Logged;
import tekton.budget.pricing.Charge;
import tekton.budget.topic.Partitions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How usage is counted, written down a second time and as simply as can be: lists and sums of
 * longs, over what was sent and not over what was parsed. It is the model of {@link UsageCounter}
 * and shares no rule with it.
 */
final class NaiveUsage {

    /** What is wrong with a record. */
    enum Fault {
        NONE,
        GARBAGE,
        NEGATIVE,
        OLD
    }

    /** A record as a client made it. */
    record Sent(
            String recordId,
            String contextId,
            String budget,
            String model,
            @Nullable String allocation,
            @Nullable String user,
            long tokens,
            long atMs,
            Fault fault) {

        byte[] value() {
            String place =
                    allocation == null
                            ? "\"budget_id\":\"%s\"".formatted(budget)
                            : "\"allocation_id\":\"%s\"".formatted(allocation);
            String person = user == null ? "" : "\"user_id\":\"%s\",".formatted(user);
            return switch (fault) {
                case GARBAGE -> "{\"record_id\":".getBytes(UTF_8);
                case NEGATIVE, OLD, NONE ->
                        """
                        {"record_id":"%s","context_id":"%s",%s,"component":"x","provider":"p",
                        %s"model":"%s","input_tokens":%d,"output_tokens":0,"timestamp":"%s"}\
                        """
                                .formatted(
                                        recordId,
                                        contextId,
                                        place,
                                        person,
                                        model,
                                        fault == Fault.NEGATIVE ? -1 : tokens,
                                        fault == Fault.OLD
                                                ? "2001-01-01T00:00:00Z"
                                                : Instant.ofEpochMilli(atMs))
                                .getBytes(UTF_8);
            };
        }
    }

    /** A sum over records. */
    static final class Sum {
        long tokens;
        long records;
        long unpriced;
        long estimated;
        long pico;

        @Override
        public String toString() {
            return "%d tokens of %d, %d unpriced, %d estimated, %d pico"
                    .formatted(tokens, records, unpriced, estimated, pico);
        }
    }

    private record Seen(long span, Sent sent) {}

    private record Level(List<Object> of, long before, long after) {}

    final Map<String, TreeMap<Long, Long>> prices = new HashMap<>();
    final Map<List<Object>, Sum> contexts = new HashMap<>();
    final Map<List<Object>, Sum> contextHours = new HashMap<>();
    final Map<List<Object>, Sum> contextParts = new HashMap<>();
    final Map<List<Object>, Sum> cells = new HashMap<>();
    final Map<List<Object>, Sum> users = new HashMap<>();
    final Map<List<Object>, Sum> userCells = new HashMap<>();
    final Map<List<Object>, Sum> draws = new HashMap<>();
    final Map<List<Object>, Long> sessions = new HashMap<>();
    final Map<String, Integer> outcomes = new HashMap<>();

    private final int partitions;
    private final long windowMs;
    private final Map<List<Object>, List<Seen>> counted = new HashMap<>();

    /** When the last record whose id was looked up arrived, by partition. */
    private final Map<Integer, Long> arrivals = new HashMap<>();

    private final Map<Integer, Set<List<Object>>> notices = new HashMap<>();
    private final Map<List<Object>, Long> told = new HashMap<>();
    private final List<Level> levels = new ArrayList<>();

    NaiveUsage(int partitions, long windowMs) {
        this.partitions = partitions;
        this.windowMs = windowMs;
    }

    /** The rating under test is told the same prices as the model. */
    Charge charge(UsageReported usage, long timestampMs) {
        long price = price(usage.model(), timestampMs);
        return price == 0
                ? Charge.UNPRICED
                : new Charge(
                        price * usage.tokens().input(),
                        0,
                        0,
                        "v" + price,
                        isEstimated(usage.model()));
    }

    /** Takes down which levels are asked for, and says nothing. */
    List<LevelCrossed> crossed(
            String budgetId,
            String contextId,
            List<Spending> before,
            List<Spending> after,
            long atMs) {
        levels.add(
                new Level(
                        List.of(contextId, budgetId),
                        tokens(before, budgetId),
                        tokens(after, budgetId)));
        return List.of();
    }

    void levelsAborted() {
        levels.clear();
    }

    void levelsCommitted() {
        for (Level each : levels) {
            assertThat(each.before()).isEqualTo(told.getOrDefault(each.of(), 0L));
            told.put(each.of(), each.after());
        }
        levels.clear();
    }

    void aborted(int partition) {
        notices.remove(partition);
    }

    /** Notes what became of a record that was read; the answer runs when that is committed. */
    Runnable read(int partition, Logged record, UsageOutcome outcome, boolean moved) {
        long price = price(record.sent().model(), record.sent().atMs());
        if (outcome instanceof UsageOutcome.New counts) {
            Sent sent = record.sent();
            boolean first =
                    price != 0
                            && isEstimated(sent.model())
                            && notices.computeIfAbsent(partition, _ -> new HashSet<>())
                                    .add(List.of(sent.budget(), sent.model()));
            assertThat(counts.notice() != null).as("notice of %s", sent).isEqualTo(first);
        }
        return () -> {
            String expected = expected(partition, record, moved);
            assertThat(words(outcome)).as("%s in %d", record, partition).isEqualTo(expected);
            outcomes.merge(expected, 1, Integer::sum);
            if (expected.equals("new")) {
                count(record.sent(), price, arrivals.get(partition));
            }
        };
    }

    private String expected(int partition, Logged record, boolean moved) {
        Sent sent = record.sent();
        if (moved && record.origin() == null) {
            return "unusable " + Reason.INVALID;
        }
        switch (sent.fault()) {
            case GARBAGE -> {
                return "unusable " + Reason.UNREADABLE;
            }
            case NEGATIVE -> {
                return "unusable " + Reason.INVALID;
            }
            case OLD -> {
                return "unusable " + Reason.TIMESTAMP;
            }
            case NONE -> {}
        }
        if (Partitions.of(sent.contextId(), partitions) != partition
                || !record.key().equals(sent.contextId())) {
            return moved ? "unusable " + Reason.INVALID : "misrouted";
        }
        long span =
                Math.floorDiv(arrivals.merge(partition, record.appendMs(), Math::max), windowMs);
        for (Seen each : counted.getOrDefault(id(sent), List.of())) {
            if (each.span() == span || each.span() == span - 1) {
                return each.sent().equals(sent) ? "duplicate" : "unusable " + Reason.CONFLICT;
            }
        }
        return "new";
    }

    private void count(Sent sent, long price, long arrivalMs) {
        counted.computeIfAbsent(id(sent), _ -> new ArrayList<>())
                .add(new Seen(Math.floorDiv(arrivalMs, windowMs), sent));
        long minutes = sent.budget().equals("b1") ? 60 : 15;
        long hour = Math.floorDiv(sent.atMs(), minutes * 60_000) * minutes;
        String draw = sent.allocation() == null ? "-" : sent.allocation() + ' ' + sent.contextId();
        sessions.merge(List.of(sent.contextId(), sent.budget()), sent.tokens(), Long::sum);
        List<Sum> ofUser =
                sent.user() == null
                        ? List.of()
                        : List.of(
                                users.computeIfAbsent(List.of(sent.user()), _ -> new Sum()),
                                userCells.computeIfAbsent(
                                        List.of(sent.user(), sent.budget(), sent.model(), hour),
                                        _ -> new Sum()));
        List<Sum> ofAll =
                List.of(
                        contexts.computeIfAbsent(List.of(sent.contextId()), _ -> new Sum()),
                        contextHours.computeIfAbsent(
                                List.of(sent.contextId(), hour), _ -> new Sum()),
                        contextParts.computeIfAbsent(
                                List.of(
                                        sent.contextId(),
                                        hour,
                                        sent.budget(),
                                        sent.model(),
                                        sent.user() == null ? "-" : sent.user()),
                                _ -> new Sum()),
                        cells.computeIfAbsent(
                                List.of(sent.budget(), sent.model(), hour), _ -> new Sum()),
                        draws.computeIfAbsent(
                                List.of(sent.budget(), sent.model(), hour, draw), _ -> new Sum()));
        for (Sum sum : Stream.concat(ofAll.stream(), ofUser.stream()).toList()) {
            sum.tokens += sent.tokens();
            sum.records++;
            sum.pico += price * sent.tokens();
            sum.unpriced += price == 0 ? sent.tokens() : 0;
            sum.estimated += price != 0 && isEstimated(sent.model()) ? sent.tokens() : 0;
        }
    }

    /** What of every context and budget the limits per session have been asked about. */
    Map<List<Object>, Long> told() {
        return told;
    }

    private long price(String model, long atMs) {
        var from = prices.getOrDefault(model, new TreeMap<>()).floorEntry(atMs);
        return from == null ? 0 : from.getValue();
    }

    private static boolean isEstimated(String model) {
        return model.equals("e");
    }

    private static List<Object> id(Sent sent) {
        return List.of(sent.contextId(), sent.recordId());
    }

    private static long tokens(List<Spending> spendings, String budgetId) {
        return spendings.stream()
                .filter(each -> each.budgetId().equals(budgetId))
                .mapToLong(each -> each.used().tokens())
                .sum();
    }

    private static String words(UsageOutcome outcome) {
        return switch (outcome) {
            case UsageOutcome.New _ -> "new";
            case UsageOutcome.Duplicate() -> "duplicate";
            case UsageOutcome.Misrouted _ -> "misrouted";
            case UsageOutcome.Unusable(Reason reason, String _) -> "unusable " + reason;
        };
    }
}
