package tekton.budget.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.usage.NaiveUsage.Fault;
import tekton.budget.metering.usage.NaiveUsage.Sent;
import tekton.budget.topic.Origin;
import tekton.budget.topic.Partitions;
import tekton.budget.value.CellWidth;
import tekton.budget.value.Money;
import tekton.budget.value.Totals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Random histories of several partitions against {@link NaiveUsage}: many records in one commit,
 * repeated, contradicted, misrouted and broken ones, ids older than the window, prices that appear
 * later, allocations, transactions that come to nothing.
 */
class UsageModelTest {

    private static final int PARTITIONS = 3;
    private static final int STEPS = 1_200;
    private static final long WINDOW_MS = Duration.ofHours(24).toMillis();

    @Test
    void shouldCountAsTheModelDoesWhateverHappens() {
        Map<String, Integer> outcomes = new HashMap<>();
        for (int seed = 0; seed < 30; seed++) {
            run(seed).forEach((outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
        }

        // A history without one of these would prove nothing of it.
        assertThat(outcomes)
                .containsOnlyKeys(
                        "new",
                        "duplicate",
                        "misrouted",
                        "unusable INVALID",
                        "unusable UNREADABLE",
                        "unusable TIMESTAMP",
                        "unusable CONFLICT");
        assertThat(outcomes.values()).allMatch(count -> count > 100);
    }

    private static Map<String, Integer> run(int seed) {
        Random random = new Random(seed);
        NaiveUsage model = new NaiveUsage(PARTITIONS, WINDOW_MS);
        UsageRules rules =
                new UsageRules(
                        PARTITIONS,
                        model::charge,
                        budget -> budget.equals("b1") ? CellWidth.HOUR : CellWidth.QUARTER_HOUR,
                        model::crossed);
        UsageScene scene = new UsageScene(rules, model, WINDOW_MS);
        List<Sent> sent = new ArrayList<>();
        long now = Instant.parse("2026-05-01T10:00:00Z").toEpochMilli();
        for (int step = 0; step < STEPS; step++) {
            int partition = random.nextInt(PARTITIONS);
            switch (random.nextInt(20)) {
                case 0 -> now += random.nextLong(Duration.ofHours(9).toMillis());
                case 1 -> scene.commit(partition, now);
                case 2 -> scene.abort(partition, random.nextBoolean());
                case 3 ->
                        model.prices
                                .computeIfAbsent(model(random), _ -> new TreeMap<>())
                                .put(now - random.nextLong(WINDOW_MS), 1L + random.nextInt(1_000));
                case 4, 5, 6, 7, 8, 9 -> scene.read(partition, random.nextInt(3) == 0);
                default -> send(scene, sent, random, now);
            }
            now += random.nextInt(2_000);
        }
        scene.finish(now);

        assertThat(sums(scene.states()))
                .as("contexts, seed %d", seed)
                .isEqualTo(text(model.contexts));
        assertThat(
                        text(
                                scene.states().stream()
                                        .flatMap(state -> state.hours().entrySet().stream())
                                        .collect(
                                                Collectors.toMap(
                                                        Map.Entry::getKey,
                                                        each -> sum(each.getValue().totals())))))
                .as("hours of contexts, seed %d", seed)
                .isEqualTo(text(model.contextHours));
        assertThat(text(contextParts(scene)))
                .as("parts of hours of contexts, seed %d", seed)
                .isEqualTo(text(model.contextParts));
        assertThat(text(draws(scene))).as("deltas, seed %d", seed).isEqualTo(text(model.draws));
        assertThat(text(cells(scene))).as("cells, seed %d", seed).isEqualTo(text(model.cells));
        assertThat(text(users(scene))).as("users, seed %d", seed).isEqualTo(text(model.users));
        assertThat(text(userCells(scene)))
                .as("cells of users, seed %d", seed)
                .isEqualTo(text(model.userCells));
        assertThat(model.told()).as("sessions, seed %d", seed).isEqualTo(model.sessions);
        return model.outcomes;
    }

    private static void send(UsageScene scene, List<Sent> sent, Random random, long now) {
        Sent one = one(sent, random, now);
        sent.add(one);
        String key = random.nextInt(12) == 0 ? "other" : one.contextId();
        int partition =
                random.nextInt(12) == 0
                        ? random.nextInt(PARTITIONS)
                        : Partitions.of(key, PARTITIONS);
        if (random.nextInt(40) == 0) {
            Origin origin = random.nextBoolean() ? null : new Origin(0, 7, now);
            scene.sendMoved(one, key, partition, origin);
        } else {
            scene.send(one, key, partition, now);
        }
    }

    private static Sent one(List<Sent> sent, Random random, long now) {
        if (!sent.isEmpty() && random.nextInt(4) == 0) {
            Sent before = sent.get(random.nextInt(sent.size()));
            return random.nextInt(5) > 0
                    ? before
                    : new Sent(
                            before.recordId(),
                            before.contextId(),
                            before.budget(),
                            before.model(),
                            before.allocation(),
                            before.user(),
                            before.tokens() + 1,
                            before.atMs(),
                            before.fault());
        }
        String budget = "b" + (1 + random.nextInt(2));
        return new Sent(
                "r" + sent.size(),
                "c" + random.nextInt(8),
                budget,
                model(random),
                random.nextInt(4) == 0 ? budget + ".a" + random.nextInt(3) : null,
                random.nextBoolean() ? "u" + random.nextInt(3) : null,
                random.nextInt(1_000),
                now - random.nextLong(Duration.ofHours(3).toMillis()),
                switch (random.nextInt(24)) {
                    case 0 -> Fault.GARBAGE;
                    case 1 -> Fault.NEGATIVE;
                    case 2 -> Fault.OLD;
                    default -> Fault.NONE;
                });
    }

    private static String model(Random random) {
        return List.of("m", "n", "e").get(random.nextInt(3));
    }

    private static Map<String, String> sums(List<StateInMemory> states) {
        Map<String, String> sums = new TreeMap<>();
        for (StateInMemory state : states) {
            state.contexts()
                    .forEach(
                            (id, use) ->
                                    assertThat(
                                                    sums.put(
                                                            List.of(id).toString(),
                                                            sum(use.totals()).toString()))
                                            .as("%s in one partition only", id)
                                            .isNull());
        }
        return sums;
    }

    private static Map<List<Object>, NaiveUsage.Sum> draws(UsageScene scene) {
        Map<List<Object>, Totals> totals = new HashMap<>();
        scene.deltas()
                .forEach(
                        each ->
                                totals.merge(
                                        List.of(
                                                each.cell().budgetId(),
                                                each.cell().model(),
                                                each.hour(),
                                                each.allocationId() == null
                                                        ? "-"
                                                        : each.allocationId()
                                                                + ' '
                                                                + each.contextId()),
                                        each.totals(),
                                        Totals::plus));
        return sumsOf(totals);
    }

    private static Map<List<Object>, NaiveUsage.Sum> cells(UsageScene scene) {
        Map<List<Object>, Totals> totals = new HashMap<>();
        scene.counted()
                .forEach(
                        each ->
                                totals.merge(
                                        List.of(
                                                each.cell().budgetId(),
                                                each.cell().model(),
                                                each.hour()),
                                        each.totals(),
                                        Totals::plus));
        return sumsOf(totals);
    }

    private static Map<List<Object>, NaiveUsage.Sum> users(UsageScene scene) {
        Map<List<Object>, Totals> totals = new HashMap<>();
        scene.states()
                .forEach(
                        state ->
                                state.users()
                                        .forEach((id, sum) -> totals.merge(id, sum, Totals::plus)));
        return sumsOf(totals);
    }

    private static Map<List<Object>, NaiveUsage.Sum> userCells(UsageScene scene) {
        Map<List<Object>, Totals> totals = new HashMap<>();
        for (StateInMemory state : scene.states()) {
            Map<List<Object>, Integer> counts = new HashMap<>();
            state.userCells()
                    .forEach(
                            (at, sum) -> {
                                Cell cell = (Cell) at.get(1);
                                totals.merge(
                                        List.of(
                                                at.get(0),
                                                cell.budgetId(),
                                                cell.model(),
                                                at.get(2)),
                                        sum,
                                        Totals::plus);
                                counts.merge(List.of(at.get(0), at.get(2)), 1, Integer::sum);
                            });
            assertThat(state.userCellCounts()).isEqualTo(counts);
        }
        return sumsOf(totals);
    }

    private static Map<List<Object>, NaiveUsage.Sum> contextParts(UsageScene scene) {
        Map<List<Object>, Totals> totals = new HashMap<>();
        for (StateInMemory state : scene.states()) {
            state.hours()
                    .forEach(
                            (at, use) -> {
                                Totals sum = Totals.ZERO;
                                for (HourUse.HourPart part : use.parts()) {
                                    Cell cell = Objects.requireNonNull(part.cell());
                                    List<Object> key = new ArrayList<>(at);
                                    key.add(cell.budgetId());
                                    key.add(cell.model());
                                    key.add(part.userId() == null ? "-" : part.userId());
                                    assertThat(totals.put(key, part.totals()))
                                            .as("%s in one part only", key)
                                            .isNull();
                                    sum = sum.plus(part.totals());
                                }
                                assertThat(sum).as("parts of %s", at).isEqualTo(use.totals());
                            });
        }
        return sumsOf(totals);
    }

    private static Map<List<Object>, NaiveUsage.Sum> sumsOf(Map<List<Object>, Totals> totals) {
        return totals.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> sum(each.getValue())));
    }

    private static NaiveUsage.Sum sum(Totals totals) {
        NaiveUsage.Sum sum = new NaiveUsage.Sum();
        sum.tokens = totals.tokens().total();
        sum.records = totals.recordCount();
        sum.unpriced = totals.unpricedTokens();
        sum.estimated = totals.estimatedTokens();
        sum.pico = pico(totals.cost());
        return sum;
    }

    private static long pico(Money money) {
        return Math.addExact(Math.multiplyExact(money.usd(), Money.PICO_PER_USD), money.pico());
    }

    private static Map<String, String> text(Map<List<Object>, NaiveUsage.Sum> sums) {
        Map<String, String> text = new TreeMap<>();
        sums.forEach((at, sum) -> text.put(at.toString(), sum.toString()));
        return text;
    }
}
