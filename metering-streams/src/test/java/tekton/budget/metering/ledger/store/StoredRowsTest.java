package tekton.budget.metering.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.Samples.SCOPE;
import static tekton.budget.metering.ledger.Samples.allocation;
import static tekton.budget.metering.ledger.Samples.budget;
import static tekton.budget.metering.ledger.Samples.policy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.ledger.rules.Decided;
import tekton.budget.metering.ledger.rules.LedgerView;
import tekton.budget.metering.ledger.rules.PolicyUse;
import tekton.budget.metering.ledger.rules.SessionUse;
import tekton.budget.metering.ledger.rules.SpentTokens;
import tekton.budget.value.CellWidth;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

class StoredRowsTest {

    private static final long NOW = Instant.parse("2026-05-15T10:30:00Z").toEpochMilli();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    @TempDir Path directory;

    private TestStore store;
    private StoredRows rows;

    @BeforeEach
    void open() {
        store = new TestStore(directory);
        rows = new StoredRows(store.get());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldKeepEveryKindOfRow() {
        Policy later = policy("b.a", "b", 20);
        Policy older = policy("b.z", "b", 10);
        PolicyUse use =
                new PolicyUse(
                        new Amount(5, Money.parse("0.5")),
                        2,
                        7,
                        List.of(
                                new PolicyUse.WindowUse(
                                        0,
                                        DAY,
                                        new SpentTokens(1, 2, Money.parse("0.1")),
                                        Level.WARNING,
                                        Level.NORMAL)));
        SessionUse session = new SessionUse(SCOPE, Amount.ZERO, new Amount(3, Money.ZERO), NOW);
        SessionUse other = new SessionUse(Scope.ANY, new Amount(1, Money.ZERO), Amount.ZERO, NOW);
        Decided decided =
                new Decided(
                        "00ff",
                        new LedgerEvent.RequestRefused(
                                "r",
                                "b",
                                new Refusal(Refusal.RefusalCode.INVALID, "no", List.of()),
                                NOW),
                        NOW);
        Allocation open = allocation("b.1", "c", AllocationState.OPEN, NOW, NOW + HOUR);
        rows.put(budget("b", true, 1));
        rows.put(budget("b2", false, 2));
        rows.put(later);
        rows.put(older);
        rows.put(policy("b2.p", "b2", 1));
        rows.put(older, use);
        rows.put("b", "c", session);
        rows.put("b", "c", other);
        rows.put("b", "c2", session);
        rows.put("b", "key", decided);
        rows.put(open);
        rows.put(allocation("b2.1", "c", AllocationState.OPEN, NOW, NOW + 2 * HOUR));

        for (LedgerView view : List.of(rows, reopened(), new StoredView(store.get()))) {
            assertThat(view.budget("b")).isEqualTo(budget("b", true, 1));
            assertThat(view.budget("none")).isNull();
            List<String> budgets = new ArrayList<>();
            view.forEachBudget(one -> budgets.add(one.budgetId()));
            assertThat(budgets).containsExactlyInAnyOrder("b", "b2");
            assertThat(view.policies("b")).containsExactly(older, later);
            assertThat(view.policies("none")).isEmpty();
            assertThat(view.use(older)).isEqualTo(use);
            assertThat(view.use(later)).isEqualTo(PolicyUse.NONE);
            assertThat(view.session("b", "c")).containsExactlyInAnyOrder(session, other);
            assertThat(view.session("b", "c3")).isEmpty();
            assertThat(view.decided("b", "key")).isEqualTo(decided);
            assertThat(view.decided("b2", "key")).isNull();
            assertThat(view.allocation("b.1")).isEqualTo(open);
            assertThat(view.openCount("b")).isEqualTo(1);
            List<Allocation> opens = new ArrayList<>();
            view.forEachOpen("b", opens::add);
            assertThat(opens).containsExactly(open);
            assertThat(view.due(NOW + HOUR - 1, 10)).isEmpty();
            assertThat(view.due(NOW + HOUR, 10)).containsExactly(open);
            assertThat(view.due(NOW + DAY, 1)).containsExactly(open);
            assertThat(view.due(NOW + DAY, 10)).hasSize(2);
        }
    }

    /** Between commits the task sees its own changes, and nobody else does. */
    @Test
    void shouldWriteWhatChangesOftenOncePerCommit() {
        Policy policy = policy("b.p", "b", 1);
        for (int i = 1; i <= 5; i++) {
            rows.put(policy, new PolicyUse(Amount.ZERO, i, i, List.of()));
            rows.addSpent("b", SCOPE, new EpochMinute(60), new SpentTokens(1, 0, Money.ZERO));
            assertThat(rows.use(policy).openCount()).isEqualTo(i);
        }
        assertThat(store.count(LedgerKeys.USE)).isZero();
        assertThat(store.count(LedgerKeys.HOUR)).isZero();

        assertThat(reopened().use(policy).openCount()).isEqualTo(5);
        assertThat(spentIn(rows, 0, 2 * HOUR).get(SCOPE).input()).isEqualTo(5);
    }

    @Test
    void shouldReplaceAPolicyAndKeepTheOrder() {
        rows.put(policy("b.1", "b", 1));
        rows.put(policy("b.2", "b", 2));
        Policy changed = policy("b.1", "b", 1);
        changed =
                new Policy(
                        changed.policyId(),
                        changed.budgetId(),
                        changed.type(),
                        changed.period(),
                        SCOPE,
                        7L,
                        null,
                        1,
                        2,
                        false,
                        changed.metadata(),
                        1,
                        3);
        rows.put(changed);

        assertThat(rows.policies("b")).containsExactly(changed, policy("b.2", "b", 2));
        assertThat(reopened().policies("b")).isEqualTo(rows.policies("b"));
    }

    @Test
    void shouldFollowAnAllocationThroughItsLife() {
        rows.put(allocation("b.1", "c", AllocationState.OPEN, NOW, NOW + HOUR));
        rows.put(allocation("b.2", "c", AllocationState.OPEN, NOW, NOW + HOUR));
        rows.put(allocation("b.1", "c", AllocationState.OPEN, NOW, NOW + 3 * HOUR));
        assertThat(rows.due(NOW + HOUR, 10))
                .extracting(Allocation::allocationId)
                .containsExactly("b.2");
        assertThat(rows.openCount("b")).isEqualTo(2);

        rows.put(allocation("b.2", "c", AllocationState.EXPIRED, NOW, NOW + HOUR));
        assertThat(rows.due(NOW + 2 * HOUR, 10)).isEmpty();
        assertThat(rows.openCount("b")).isEqualTo(1);
        List<String> seen = new ArrayList<>();
        rows.forEachOpen(
                "b",
                one -> {
                    seen.add(one.allocationId());
                    rows.put(
                            allocation(
                                    one.allocationId(), "c", AllocationState.RELEASED, NOW, NOW));
                });
        assertThat(seen).containsExactly("b.1");
        assertThat(rows.openCount("b")).isZero();
        assertThat(rows.due(Long.MAX_VALUE - 1, 10)).isEmpty();

        StoredView view = new StoredView(reopened(store));
        List<String> ofContext = new ArrayList<>();
        view.forEachOfContext("c", false, one -> ofContext.add(one.allocationId()));
        assertThat(ofContext).containsExactly("b.1", "b.2");
        view.forEachOfContext("c", true, one -> ofContext.add("open"));
        assertThat(ofContext).hasSize(2);
        List<Allocation> all = new ArrayList<>();
        view.forEachAllocation("b", all::add);
        assertThat(all)
                .extracting(Allocation::state)
                .containsExactly(AllocationState.RELEASED, AllocationState.EXPIRED);
    }

    /**
     * Full days come from day rows, the edges from the rows of hours and their quarters, and
     * together they are the quarters.
     */
    @Test
    void shouldSumWhatWasSpentOverAnyRangeOfQuarterHours() {
        Random random = new Random(3);
        long first = Math.floorDiv(NOW, DAY) * DAY - 3 * DAY;
        Map<Long, Map<Scope, Long>> model = new TreeMap<>();
        List<Scope> scopes = List.of(SCOPE, Scope.ANY, new Scope(null, "p", null, "t"));
        for (int i = 0; i < 600; i++) {
            long at = first + random.nextInt(5 * 24 * 4) * (HOUR / 4);
            Scope scope = scopes.get(random.nextInt(3));
            rows.addSpent(
                    "b", scope, CellWidth.FINEST.begin(at), new SpentTokens(i, 1, Money.ofPico(i)));
            model.computeIfAbsent(at, hour -> new HashMap<>()).merge(scope, (long) i, Long::sum);
            if (i % 100 == 0) {
                rows = reopened();
            }
        }
        rows.addSpent("b2", SCOPE, EpochMinute.hourOf(first), new SpentTokens(1, 1, Money.ZERO));
        for (int i = 0; i < 200; i++) {
            long from = first + random.nextInt(6 * 24 * 4) * (HOUR / 4);
            long until = from + random.nextInt(6 * 24 * 4) * (HOUR / 4);
            Map<Scope, Long> expected = new HashMap<>();
            model.forEach(
                    (hour, spent) -> {
                        if (hour >= from && hour < until) {
                            spent.forEach((scope, sum) -> expected.merge(scope, sum, Long::sum));
                        }
                    });
            Map<Scope, Long> found = new HashMap<>();
            spentIn(rows, from, until).forEach((scope, sum) -> found.put(scope, sum.input()));
            assertThat(found).isEqualTo(expected);
        }
        long midnight = first + DAY;
        List<SpentTokens> visits = new ArrayList<>();
        rows.forEachSpent("b", midnight, midnight + DAY, (scope, sum) -> visits.add(sum));
        assertThat(visits).as("one day row per scope").hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void shouldFoldScopesPastTheBoundAndLoseNothing() {
        for (int i = 0; i < ScopeFolding.SCOPES_MAX + 500; i++) {
            Scope scope = new Scope(Tier.LOCAL_LIGHTWEIGHT, "p" + i % 3, "c" + i, "t" + i % 7);
            rows.addSpent("b", scope, new EpochMinute(60), new SpentTokens(1, 0, Money.ZERO));
            if (i % 4_000 == 0) {
                rows.write();
            }
        }
        for (int i = 0; i < 3_000; i++) {
            Scope scope = new Scope(Tier.LOCAL_MIDWEIGHT, "x" + i, "c", "t");
            rows.addSpent("b", scope, new EpochMinute(60), new SpentTokens(1, 0, Money.ZERO));
        }

        Map<Scope, SpentTokens> spent = spentIn(rows, 0, 2 * HOUR);
        assertThat(spent).hasSizeBetween(8_000, ScopeFolding.SCOPES_MAX);
        assertThat(spent.values().stream().mapToLong(SpentTokens::input).sum())
                .isEqualTo(ScopeFolding.SCOPES_MAX + 3_500);
        assertThat(spent.get(new Scope(Tier.LOCAL_LIGHTWEIGHT, "p1", "other", "t1")).input())
                .isPositive();
        assertThat(spent.get(new Scope(Tier.LOCAL_LIGHTWEIGHT, "p0", "c0", "t0")).input())
                .isEqualTo(1);
    }

    @Test
    void shouldForgetWhatIsOlderThanPromisedAndNothingElse() {
        rows.put(allocation("b.1", "c", AllocationState.OPEN, NOW, NOW + HOUR));
        rows.put(allocation("b.1", "c", AllocationState.RELEASED, NOW, NOW));
        rows.put(allocation("b.2", "c", AllocationState.OPEN, NOW, NOW + HOUR));
        rows.put("b", "key", decidedAt(NOW));
        rows.put("b", "c", new SessionUse(SCOPE, Amount.ZERO, Amount.ZERO, NOW));
        rows.put("b", "held", new SessionUse(SCOPE, Amount.ZERO, new Amount(1, Money.ZERO), NOW));
        rows.addSpent("b", SCOPE, EpochMinute.hourOf(NOW), new SpentTokens(1, 0, Money.ZERO));
        rows = reopened();

        rows.forget(NOW + 3 * DAY - 1, 100);
        assertThat(rows.decided("b", "key")).isNotNull();
        rows.forget(NOW + 3 * DAY, 100);
        assertThat(rows.decided("b", "key")).isNull();

        rows.put("b", "c", new SessionUse(Scope.ANY, Amount.ZERO, Amount.ZERO, NOW + DAY));
        rows.forget(NOW + 35 * DAY - 1, 100);
        assertThat(rows.allocation("b.1")).isNotNull();
        rows.forget(NOW + 35 * DAY, 100);
        assertThat(rows.allocation("b.1")).isNull();
        assertThat(rows.allocation("b.2")).isNotNull();
        assertThat(rows.session("b", "c")).as("used a day later").hasSize(2);
        rows.forget(NOW + 36 * DAY, 100);
        assertThat(rows.session("b", "c")).isEmpty();
        assertThat(rows.session("b", "held")).as("still holds something").hasSize(1);

        rows.forget(NOW + 40 * DAY, 100);
        assertThat(spentIn(rows, NOW - NOW % HOUR, NOW + HOUR)).isNotEmpty();
        rows.forget(NOW + 41 * DAY, 100);
        assertThat(spentIn(rows, NOW - NOW % HOUR, NOW + HOUR)).isEmpty();
        assertThat(spentIn(rows, NOW - NOW % DAY, NOW - NOW % DAY + DAY)).isEmpty();

        rows.put(allocation("b.2", "c", AllocationState.EXPIRED, NOW, NOW));
        rows.put("b", "held", new SessionUse(SCOPE, Amount.ZERO, Amount.ZERO, NOW + 41 * DAY));
        rows.forget(NOW + 90 * DAY, 100);
        rows = reopened();
        rows.forget(NOW + 200 * DAY, 100);
        rows.write();
        assertThat(store.count()).as("nothing but the count of open ones").isEqualTo(1);
    }

    @Test
    void shouldForgetInBoundedSteps() {
        for (int i = 0; i < 50; i++) {
            rows.put("b", "key" + i, decidedAt(NOW));
            rows.addSpent(
                    "b",
                    new Scope(null, "p" + i, null, null),
                    EpochMinute.hourOf(NOW - 50 * DAY),
                    new SpentTokens(1, 0, Money.ZERO));
        }
        rows.write();
        int before = store.count();

        rows.forget(NOW + 3 * DAY, 20);
        assertThat(store.count(LedgerKeys.DECIDED)).isEqualTo(50);
        assertThat(store.count()).isBetween(before - 41, before - 20);
        for (int i = 0; i < 10; i++) {
            rows.forget(NOW + 3 * DAY, 20);
        }
        assertThat(store.count()).isZero();
    }

    /** An idempotency key that is used again after it was forgotten is not forgotten early. */
    @Test
    void shouldNotForgetAKeyThatWasUsedAgain() {
        rows.put("b", "key", decidedAt(NOW));
        rows.put("b", "key", decidedAt(NOW + DAY));

        rows.forget(NOW + 3 * DAY, 100);
        assertThat(rows.decided("b", "key")).isNotNull();
        rows.forget(NOW + 4 * DAY, 100);
        assertThat(rows.decided("b", "key")).isNull();
    }

    private static Decided decidedAt(long atMs) {
        return new Decided(
                "ff",
                new LedgerEvent.RequestRefused(
                        "r", "b", new Refusal(Refusal.RefusalCode.INVALID, "no", List.of()), atMs),
                atMs);
    }

    private static Map<Scope, SpentTokens> spentIn(LedgerView view, long fromMs, long untilMs) {
        Map<Scope, SpentTokens> spent = new HashMap<>();
        view.forEachSpent(
                "b", fromMs, untilMs, (scope, sum) -> spent.merge(scope, sum, SpentTokens::plus));
        return spent;
    }

    /** Written, and read anew as after a restart. */
    private StoredRows reopened() {
        rows.write();
        return new StoredRows(store.get());
    }

    private org.apache.kafka.streams.state.KeyValueStore<
                    org.apache.kafka.common.utils.Bytes, byte[]>
            reopened(TestStore of) {
        rows.write();
        return of.get();
    }
}
