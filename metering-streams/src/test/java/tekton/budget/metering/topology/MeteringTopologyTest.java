package tekton.budget.metering.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.event.DeadLetter;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.TotalsFeed.Progress;
import tekton.budget.event.TotalsFeed.TotalsDelta;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.usage.UsageRules;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.CellWidth;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

class MeteringTopologyTest {

    private static final Instant START = Instant.parse("2026-05-01T10:00:00Z");

    private static final Policy SESSION_LIMIT =
            new Policy(
                    "default.p",
                    "default",
                    PolicyType.WARN,
                    Period.PER_SESSION,
                    Scope.ANY,
                    100L,
                    null,
                    Policy.WARNING_PPM_DEFAULT,
                    Policy.ACTION_PPM_DEFAULT,
                    true,
                    Metadata.NONE,
                    0,
                    0);

    @TempDir Path directory;

    /** Names of stores and nodes are names of changelogs: a change shows here before it orphans. */
    @Test
    void shouldKeepItsDescription() throws IOException {
        try (var in = getClass().getResourceAsStream("metering-topology.txt")) {
            String kept = new String(in.readAllBytes(), StandardCharsets.UTF_8);

            assertThat(
                            MeteringTopology.build(
                                            TopologyHarness.SHAPE,
                                            new UsageRules(
                                                    1,
                                                    TopologyHarness.NO_PRICES::charge,
                                                    _ -> CellWidth.HOUR,
                                                    (_, _, _, _, _) -> List.of()),
                                            new MeteringMetrics(new SimpleMeterRegistry()).usage(),
                                            new ProgressBoard(1, 1))
                                    .describe()
                                    .toString())
                    .isEqualTo(kept);
        }
    }

    /**
     * Two hours, a record of each kind every quarter: hours of one budget, quarters of the other.
     */
    @Test
    void shouldCountByTheCellsOfTheBudgetAndByTheFinestWhereNobodyHeardOfIt() {
        try (var harness = new TopologyHarness(directory, START)) {
            Map<Instant, Long> quarters = new HashMap<>();
            for (int i = 0; i < 8; i++) {
                quarters.put(START.plus(Duration.ofMinutes(15L * i)), 1L);
                harness.report("d" + i, "plain", 1);
                harness.report("n" + i, "fine", "new", 10);
                harness.advance(Duration.ofMinutes(15));
            }
            Map<Instant, Long> hours = Map.of(START, 4L, START.plus(Duration.ofHours(1)), 4L);

            assertThat(records(harness.hours(StoreKeys.BUDGET, "default"))).isEqualTo(hours);
            assertThat(records(harness.hours(StoreKeys.CONTEXT, "plain"))).isEqualTo(hours);
            assertThat(records(harness.hours(StoreKeys.BUDGET, "new"))).isEqualTo(quarters);
            assertThat(records(harness.hours(StoreKeys.CONTEXT, "fine"))).isEqualTo(quarters);
            // A component has both: its full hours also hold the first quarters of the other.
            assertThat(records(harness.hours(StoreKeys.COMPONENT, "x")))
                    .hasSize(8)
                    .containsEntry(START, 5L)
                    .containsEntry(START.plus(Duration.ofMinutes(15)), 1L);
            assertThat(harness.component("x").recordCount()).isEqualTo(16);
        }
    }

    /** What nobody has a price for is said once an hour, however many cells the hour has. */
    @Test
    void shouldGiveNoticeByTheHourOfFinerCellsToo() {
        try (var harness = new TopologyHarness(directory, START)) {
            for (int i = 0; i < 4; i++) {
                harness.report("n" + i, "fine", "new", 10);
                harness.advance(Duration.ofMinutes(15));
            }

            assertThat(Set.copyOf(harness.notices())).hasSize(1);
        }
    }

    private static Map<Instant, Long> records(Map<Instant, Totals> hours) {
        return hours.entrySet().stream()
                .collect(
                        Collectors.toMap(Map.Entry::getKey, each -> each.getValue().recordCount()));
    }

    @Test
    void shouldCountARecordOnceWithinTheWindow() {
        try (var harness = new TopologyHarness(directory, START)) {
            harness.report("r", "c", 10);
            harness.advance(Duration.ofHours(23).plusMinutes(59));
            harness.report("r", "c", 10);
            harness.report("r", "other", 10);

            assertThat(harness.context("c").recordCount()).isEqualTo(1);
            assertThat(harness.context("other").recordCount()).isEqualTo(1);
            assertThat(harness.metrics().duplicates().count()).isEqualTo(1);
        }
    }

    @Test
    void shouldTellTheLedgerOnceWhatASessionHasReached() {
        try (var harness = new TopologyHarness(directory, START)) {
            harness.limitSessions(SESSION_LIMIT);
            harness.report("r1", "c", 79);
            assertThat(harness.sessions()).isEmpty();
            harness.report("r2", "c", 1);
            harness.report("r2", "c", 1);
            harness.report("r3", "other", 79);
            assertThat(harness.sessions())
                    .extracting(LevelCrossed::contextId, each -> each.standing().level())
                    .containsExactly(tuple("c", Level.WARNING));

            harness.report("r4", "c", 14);
            harness.report("r5", "c", 6);
            harness.report("r6", "c", 100);
            assertThat(harness.sessions())
                    .extracting(each -> each.standing().used(), each -> each.standing().level())
                    .containsExactly(
                            tuple(BigDecimal.valueOf(80), Level.WARNING),
                            tuple(BigDecimal.valueOf(100), Level.EXCEEDED));
        }
    }

    @Test
    void shouldTakeAnIdForNewOnceTwoWindowsHavePassed() {
        try (var harness = new TopologyHarness(directory, START)) {
            harness.report("r", "c", 10);
            harness.advance(Duration.ofDays(2));
            harness.report("r", "c", 10);

            assertThat(harness.context("c").recordCount()).isEqualTo(2);
        }
    }

    @Test
    void shouldJudgeArrivalNotEventTimeAndNeverBackwards() {
        try (var harness = new TopologyHarness(directory, START)) {
            harness.report("r", "c", 10);
            harness.advance(Duration.ofHours(-30));
            harness.report("r", "c", 10);

            assertThat(harness.context("c").recordCount()).isEqualTo(1);
        }
    }

    @Test
    void shouldBuryAConflictAndLetTheFirstStand() {
        try (var harness = new TopologyHarness(directory, START)) {
            harness.report("r", "c", 10);
            harness.report("r", "c", 11);

            assertThat(harness.context("c").tokens().input()).isEqualTo(10);
            assertThat(harness.deadLetterReasons()).containsExactly("conflict");
        }
    }

    @Test
    void shouldBuryWhatIsNoHandOverAndGoOn() {
        try (TopologyHarness harness = new TopologyHarness(directory, START)) {
            harness.handOver(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
            harness.handOver(
                    "{\"schema\":1,\"type\":\"counted\"}".getBytes(StandardCharsets.UTF_8));
            harness.handOver(null);
            harness.report("r1", "chat", 10);

            assertThat(harness.deadLetterReasons())
                    .containsExactly("budget.hand-overs", "budget.hand-overs", "budget.hand-overs");
            assertThat(harness.metrics().deadLetters().get(DeadLetter.Reason.UNREADABLE).count())
                    .isEqualTo(3);
            assertThat(harness.budget("default").tokens().input()).isEqualTo(10);
        }
    }

    @Test
    void shouldTellTheProgressBehindWhatItCounted() {
        try (var harness = new TopologyHarness(directory, START)) {
            harness.report("r", "c", 10);

            assertThat(harness.handOvers())
                    .hasSize(2)
                    .satisfies(
                            list -> {
                                assertThat(list.get(0)).isInstanceOf(TotalsDelta.class);
                                assertThat(list.get(1)).isEqualTo(new Progress(0, 0));
                            });
        }
    }

    @Test
    void shouldGiveNoticeOfUnpricedUsageOnceAnHour() {
        try (var harness = new TopologyHarness(directory, START)) {
            harness.report("r1", "c", 10);
            harness.report("r2", "c", 10);
            harness.advance(Duration.ofHours(1));
            harness.report("r3", "c", 10);

            assertThat(harness.notices())
                    .containsExactly("default.unpriced_usage/p/m", "default.unpriced_usage/p/m");
        }
    }

    @Test
    void shouldCountAServiceTierWithoutARateAsEstimatedAndSaySoOnce() {
        PriceTerms terms =
                new PriceTerms(
                        TieredRates.flat(Rates.of(10, 20)),
                        Map.of(ServiceTier.FLEX, TieredRates.flat(Rates.of(5, 10))));
        PriceBook book =
                PriceBook.of(
                        List.of(
                                new PricePublished(
                                        "p",
                                        "m",
                                        Instant.EPOCH,
                                        "test",
                                        terms,
                                        true,
                                        null,
                                        null,
                                        null)));
        try (var harness = new TopologyHarness(directory, START, TopologyHarness.pricesOf(book))) {
            harness.report("r1", "c", 10);
            harness.report("r2", "c", 20, "flex");
            harness.report("r3", "c", 40, "batch");
            harness.report("r4", "c2", 80, "batch");
            harness.report("r5", "c2", 160, "priority");

            assertThat(harness.context("c").estimatedTokens()).isEqualTo(40);
            assertThat(harness.context("c").cost()).isEqualTo(Money.ofPico(100 + 100 + 400));
            assertThat(harness.budget("default").estimatedTokens()).isEqualTo(280);
            assertThat(harness.budget("default").unpricedTokens()).isZero();
            assertThat(harness.notices())
                    .containsExactly(
                            "default.estimated_usage/p/m batch",
                            "default.estimated_usage/p/m priority");
            assertThat(harness.metrics().estimated().count()).isEqualTo(3);
        }
    }

    /** Random histories against a model that shares nothing with the topology. */
    @Test
    void shouldEqualANaiveModelOnRandomHistories() {
        for (int seed = 0; seed < 4; seed++) {
            Random random = new Random(seed);
            Map<String, Long> firstContent = new HashMap<>();
            Map<String, Long> inputByContext = new HashMap<>();
            Map<String, Long> recordsByContext = new HashMap<>();
            int conflicts = 0;
            try (var harness = new TopologyHarness(directory.resolve("s" + seed), START)) {
                for (int i = 0; i < 150; i++) {
                    String context = "c" + random.nextInt(4);
                    String id = "r" + random.nextInt(60);
                    long input = random.nextInt(10) == 0 ? 2 : 1;
                    Long first = firstContent.putIfAbsent(context + "/" + id, input);
                    if (first == null) {
                        inputByContext.merge(context, input, Long::sum);
                        recordsByContext.merge(context, 1L, Long::sum);
                    } else if (first != input) {
                        conflicts++;
                    }
                    harness.report(id, context, input);
                    harness.advance(Duration.ofSeconds(random.nextInt(30)));
                }
                Totals sum = Totals.ZERO;
                for (String context : inputByContext.keySet()) {
                    Totals totals = harness.context(context);
                    assertThat(totals.tokens().input())
                            .as("seed %d, %s", seed, context)
                            .isEqualTo(inputByContext.get(context));
                    assertThat(totals.recordCount()).isEqualTo(recordsByContext.get(context));
                    sum = sum.plus(totals);
                }
                assertThat(harness.budget("default")).isEqualTo(sum);
                assertThat(harness.component("x")).isEqualTo(sum);
                List<Totals> cells = new ArrayList<>(harness.cells().values());
                assertThat(cells.stream().reduce(Totals.ZERO, Totals::plus)).isEqualTo(sum);
                assertThat(harness.cells().keySet()).extracting(Cell::model).containsOnly("m");
                assertThat(harness.deadLetterReasons()).hasSize(conflicts);
            }
        }
    }
}
