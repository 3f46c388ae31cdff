package tekton.budget.metering.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import static tekton.budget.metering.ledger.Samples.allocate;
import static tekton.budget.metering.ledger.Samples.createBudget;
import static tekton.budget.metering.ledger.Samples.hardLimit;
import static tekton.budget.metering.ledger.Samples.head;
import static tekton.budget.metering.ledger.Samples.sessionLimit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.event.DeadLetter;
import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.LedgerEvent.PolicyDefined;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerEvent.UsageFlagged;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.metering.ledger.topology.LedgerHarness.Published;
import tekton.budget.metering.metrics.LedgerMetrics;
import tekton.budget.metering.metrics.LedgerMetrics.Decision;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.store.ProgressBoard;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class LedgerTopologyTest {

    private static final Instant START = Instant.parse("2026-05-01T10:00:00Z");

    @TempDir Path directory;

    private final SurvivingStore store = new SurvivingStore();

    /** Names of stores and nodes are names of changelogs: a change shows here before it orphans. */
    @Test
    void shouldKeepItsDescription() throws IOException {
        try (var in = getClass().getResourceAsStream("ledger-topology.txt")) {
            String kept = new String(in.readAllBytes(), StandardCharsets.UTF_8);

            assertThat(
                            LedgerTopology.build(
                                            1,
                                            new MeteringMetrics(new SimpleMeterRegistry()).ledger(),
                                            new ProgressBoard(1, 1),
                                            System::nanoTime)
                                    .describe()
                                    .toString())
                    .isEqualTo(kept);
        }
    }

    @Test
    void shouldPublishDecisionsByRequestAndFactsByAllocation() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(allocate(head("r2", "b"), "b.1", "ctx", 100));
            harness.use("b", "b.1", 60, 60);
            harness.use("b", "b.none", 1, 1);

            List<Published> published = harness.decisions();
            assertThat(published)
                    .extracting(Published::key)
                    .containsExactly("r1", "r2", "b.1", "b.1", "b.none");
            assertThat(published.get(1).event()).isInstanceOf(AllocationGranted.class);
            assertThat(published.get(2).event()).isInstanceOf(UsageFlagged.class);
            assertThat(published.get(3).event()).isInstanceOf(AllocationEnded.class);
            assertThat(harness.view().allocation("b.1").state())
                    .isEqualTo(AllocationState.EXHAUSTED);
        }
    }

    @Test
    void shouldCountDecisionsAndOpenAllocations() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(hardLimit("r2", "b", 1_000));
            harness.request(allocate(head("r3", "b"), "b.1", "ctx", 100));
            harness.request(allocate(head("r4", "b"), "b.2", "ctx", 200));
            harness.request(allocate(head("r5", "b"), "b.3", "ctx", 701));
            harness.use("b", "b.1", 60, 60);

            LedgerMetrics metrics = harness.metrics();
            assertThat(metrics.decisions().get(Decision.GRANTED).count()).isEqualTo(2);
            assertThat(metrics.refusals().get(Refusal.RefusalCode.INSUFFICIENT_BUDGET).count())
                    .isEqualTo(1);
            assertThat(metrics.ended().get(AllocationState.EXHAUSTED).count()).isEqualTo(1);
            assertThat(metrics.tokensGranted().count()).isEqualTo(300);
            assertThat(metrics.open()).isEqualTo(1);
        }
        try (var harness = new LedgerHarness(store, directory, START)) {
            assertThat(harness.metrics().open()).as("as kept").isEqualTo(1);
            assertThat(harness.metrics().decisions().get(Decision.GRANTED).count()).isZero();
        }
    }

    @Test
    void shouldPublishStatusByPolicyAndMeasure() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(hardLimit("r2", "b", 1_000));
            harness.use("b", null, 500, 400);

            assertThat(harness.status())
                    .singleElement()
                    .satisfies(
                            one -> {
                                assertThat(one.key()).isEqualTo("b.hard#tokens");
                                assertThat(one.event()).isInstanceOf(LevelCrossed.class);
                            });
        }
    }

    @Test
    void shouldTellTheMeteringOfLimitsPerSessionWhenTheyChangeAndAfterAStart() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(hardLimit("r2", "b", 1_000));
            harness.request(sessionLimit("r3", "b", 100));
            harness.request(sessionLimit("r4", "b", 200));

            assertThat(harness.toldMetering())
                    .filteredOn(each -> each.event() instanceof PolicyDefined)
                    .extracting(
                            Published::key,
                            each -> ((PolicyDefined) each.event()).policy().tokenLimit())
                    .containsExactly(
                            tuple("b.default-05", 8_000L),
                            tuple("b.default-10", 16_000L),
                            tuple("b.default-15", 32_000L),
                            tuple("b.session", 100L),
                            tuple("b.session", 200L));
        }
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.advanceWallClock(Duration.ofSeconds(2));
            harness.advanceWallClock(Duration.ofSeconds(2));

            assertThat(harness.toldMetering())
                    .extracting(Published::key)
                    .containsExactlyInAnyOrder(
                            "b", "b.default-05", "b.default-10", "b.default-15", "b.session");
        }
    }

    /** Nothing that is only shown: the metering reads all of it at each start. */
    @Test
    void shouldTellTheMeteringOfZones() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));

            long atMs = START.toEpochMilli();
            assertThat(harness.toldMetering())
                    .filteredOn(each -> each.key().equals("b"))
                    .extracting(Published::event)
                    .containsExactly(
                            new BudgetDefined(
                                    "b",
                                    new Budget(
                                            "b",
                                            "b",
                                            null,
                                            null,
                                            "UTC",
                                            true,
                                            Metadata.NONE,
                                            atMs,
                                            atMs),
                                    List.of(),
                                    atMs));
        }
    }

    @Test
    void shouldPassOnWhatASessionHasReached() {
        LevelCrossed crossed =
                new LevelCrossed(
                        "b",
                        "ctx",
                        new Standing(
                                "b.session",
                                PolicyType.WARN,
                                Period.PER_SESSION,
                                Scope.ANY,
                                null,
                                null,
                                Measure.TOKENS,
                                Level.WARNING,
                                BigDecimal.valueOf(100),
                                BigDecimal.valueOf(80),
                                BigDecimal.ZERO,
                                BigDecimal.ZERO),
                        START.toEpochMilli());
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.reached(crossed);

            assertThat(harness.decisions()).containsExactly(new Published("b.session", crossed));
        }
    }

    /** Nobody's wall clock moves the ledger's time, only the brokers' and what passes since. */
    @Test
    void shouldNotBelieveAWallClockThatJumps() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(hardLimit("r2", "b", 1_000));
            harness.use("b", null, 500, 400);
            harness.status();

            harness.jumpWallClock(Duration.ofDays(40));
            harness.use("b", null, 50, 40);

            assertThat(
                            harness.view()
                                    .use(Objects.requireNonNull(harness.view().policy("b.hard")))
                                    .windows())
                    .singleElement()
                    .satisfies(
                            window -> assertThat(window.spent().amount().tokens()).isEqualTo(990));
        }
    }

    /** The driver's offsets begin at zero again: all of it was read before. */
    @Test
    void shouldSkipWhatItHasReadBeforeARestart() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            play(harness);
        }
        try (var harness = new LedgerHarness(store, directory, START)) {
            play(harness);

            assertThat(harness.metrics().skipped().count()).isEqualTo(5);
            assertThat(harness.decisions()).isEmpty();
            Allocation kept = harness.view().allocation("b.1");
            assertThat(kept.usedTokens()).isEqualTo(30);
            assertThat(harness.board().input(0)).isEqualTo(2);
            assertThat(harness.board().usage(0, 1)).isEqualTo(41);
            assertThat(harness.board().usage(0, 0)).isEqualTo(-1);

            harness.request(allocate(head("r4", "b", "key"), "b.2", "ctx", 100));
            assertThat(harness.decisions())
                    .singleElement()
                    .satisfies(
                            one -> {
                                assertThat(one.key()).isEqualTo("r4");
                                RequestRepeated repeated = (RequestRepeated) one.event();
                                assertThat(repeated.first().requestId()).isEqualTo("r3");
                            });
            assertThat(harness.board().input(0)).isEqualTo(3);
        }
    }

    private static void play(LedgerHarness harness) {
        harness.request(createBudget("r1", "b"));
        harness.request(hardLimit("r2", "b", 1_000));
        harness.request(allocate(head("r3", "b", "key"), "b.1", "ctx", 100));
        harness.use("b", "b.1", 10, 20);
        harness.progress(1, 41);
    }

    @Test
    void shouldKeepItsTimeOverARestart() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.advance(Duration.ofHours(5));
            harness.request(allocate(head("r2", "b"), "b.1", "ctx", 100));
        }
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(createBudget("r2", "b"));
            harness.request(allocate(head("r3", "b"), "b.2", "ctx", 100));

            assertThat(((AllocationGranted) harness.decisions().getFirst().event()).atMs())
                    .isEqualTo(START.plus(Duration.ofHours(5)).toEpochMilli());
        }
    }

    @Test
    void shouldExpireInAnIdleBudget() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            long expiry = START.plusSeconds(60).toEpochMilli();
            harness.request(allocate(head("r2", "b"), "b.1", "ctx", 100, expiry));
            harness.decisions();

            harness.advanceWallClock(Duration.ofSeconds(59));
            assertThat(harness.decisions()).isEmpty();
            harness.advanceWallClock(Duration.ofSeconds(2));

            assertThat(harness.decisions())
                    .singleElement()
                    .satisfies(
                            one -> {
                                assertThat(one.key()).isEqualTo("b.1");
                                AllocationEnded ended = (AllocationEnded) one.event();
                                assertThat(ended.allocation().state())
                                        .isEqualTo(AllocationState.EXPIRED);
                                assertThat(ended.returnedTokens()).isEqualTo(100);
                            });
            assertThat(harness.view().allocation("b.1").state()).isEqualTo(AllocationState.EXPIRED);
            assertThat(harness.view().openCount("b")).isZero();
        }
    }

    /** What the tick has decided counts for what comes after it, also after a restart. */
    @Test
    void shouldNotGoBackBehindATickOverARestart() {
        Duration aDay = Duration.ofDays(1).plusSeconds(1);
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(allocate(head("r2", "b"), "b.1", "ctx", 100));
            harness.advanceWallClock(aDay);
            assertThat(harness.view().allocation("b.1").isOpen()).isFalse();
        }
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(createBudget("r2", "b"));
            harness.request(allocate(head("r3", "b"), "b.2", "ctx", 100));

            assertThat(((AllocationGranted) harness.decisions().getFirst().event()).atMs())
                    .isEqualTo(START.plus(aDay).toEpochMilli());
        }
    }

    @Test
    void shouldForgetAsTimePasses() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(allocate(head("r2", "b", "key"), "b.1", "ctx", 100));
            harness.advanceWallClock(Duration.ofDays(2));
            assertThat(harness.view().decided("b", "key")).isNotNull();
            harness.advanceWallClock(Duration.ofDays(2));
            assertThat(harness.view().decided("b", "key")).isNull();
            assertThat(harness.view().allocation("b.1")).isNotNull();
            harness.advanceWallClock(Duration.ofDays(35));
            assertThat(harness.view().allocation("b.1")).isNull();
        }
    }

    @Test
    void shouldBuryWhatIsNoRequestAndGoOn() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.requestBytes("{not json".getBytes(StandardCharsets.UTF_8));
            harness.requestBytes(null);
            harness.request(createBudget("r1", "no.dots"));
            harness.request(createBudget("r2", "b"));

            var letters = harness.deadLetters();
            assertThat(letters)
                    .extracting(letter -> LedgerHarness.header(letter, DeadLetter.REASON))
                    .containsExactly("unreadable", "unreadable", "invalid");
            assertThat(letters.getFirst().value()).asString().isEqualTo("{not json");
            assertThat(LedgerHarness.header(letters.get(0), DeadLetter.TOPIC))
                    .isEqualTo("budget.requests");
            assertThat(LedgerHarness.header(letters.get(2), DeadLetter.OFFSET)).isEqualTo("2");
            assertThat(LedgerHarness.header(letters.get(2), DeadLetter.MESSAGE))
                    .isEqualTo("budget_id: \"no.dots\" (expected: no dot)");
            assertThat(harness.decisions()).extracting(Published::key).containsExactly("r2");
            assertThat(harness.metrics().deadLetters().get(Reason.UNREADABLE).count()).isEqualTo(2);
            assertThat(harness.metrics().deadLetters().get(Reason.INVALID).count()).isEqualTo(1);
        }
    }

    @Test
    void shouldBuryWhatIsNoDeltaAndGoOn() {
        List<byte[]> foreign =
                Stream.of(
                                "not json",
                                "{}",
                                "[]",
                                "7",
                                "{\"schema\":1,\"type\":\"progress\",\"partition\":4294967296,\"offset\":1}",
                                "{\"schema\":1,\"kind\":\"nothing\"}",
                                "{\"schema\":1,\"budget_id\":{}}")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .collect(Collectors.toCollection(ArrayList::new));
        foreign.add(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        foreign.add(null);
        try (var harness = new LedgerHarness(store, directory, START)) {
            foreign.forEach(harness::deltaBytes);
            harness.request(createBudget("r1", "b"));

            assertThat(harness.deadLetters())
                    .hasSize(foreign.size())
                    .allMatch(
                            letter ->
                                    LedgerHarness.header(letter, DeadLetter.REASON)
                                                    .equals("unreadable")
                                            && LedgerHarness.header(letter, DeadLetter.TOPIC)
                                                    .equals("budget.ledger-deltas"));
            assertThat(harness.decisions()).extracting(Published::key).containsExactly("r1");
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndGrantWhatFits() {
        try (var harness = new LedgerHarness(store, directory, START)) {
            harness.request(createBudget("r1", "b"));
            harness.request(hardLimit("r2", "b", 1_000));
            for (int i = 0; i < 12; i++) {
                harness.request(allocate(head("a" + i, "b"), "b." + i, "ctx", 100));
            }

            List<LedgerEvent> decided =
                    harness.decisions().stream().skip(2).map(Published::event).toList();
            assertThat(decided.subList(0, 10))
                    .allSatisfy(one -> assertThat(one).isInstanceOf(AllocationGranted.class));
            assertThat(decided.subList(10, 12))
                    .allSatisfy(
                            one ->
                                    assertThat(((RequestRefused) one).refusal().code())
                                            .isEqualTo(Refusal.RefusalCode.INSUFFICIENT_BUDGET));
        }
    }
}
