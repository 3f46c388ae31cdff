package tekton.budget.metering.query.local;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.Samples.allocation;
import static tekton.budget.metering.ledger.Samples.budget;
import static tekton.budget.metering.ledger.Samples.policy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Period;
import tekton.budget.metering.ledger.Samples;
import tekton.budget.metering.ledger.store.StoredRows;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.metering.query.local.LedgerShard.AllocationList;
import tekton.budget.metering.query.local.LedgerShard.AllocationRef;
import tekton.budget.metering.query.local.LedgerShard.AllocationsOf;
import tekton.budget.metering.query.local.LedgerShard.BudgetList;
import tekton.budget.metering.query.local.LedgerShard.BudgetOf;
import tekton.budget.metering.query.local.LedgerShard.Budgets;
import tekton.budget.metering.query.local.LedgerShard.Check;
import tekton.budget.metering.query.local.LedgerShard.NewestList;
import tekton.budget.metering.query.local.LedgerShard.NewestOf;
import tekton.budget.metering.query.local.LedgerShard.OldestOpen;
import tekton.budget.metering.query.local.LedgerShard.PolicyOf;
import tekton.budget.metering.query.local.LedgerShard.StandingsOf;
import tekton.budget.metering.store.Stores;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class LedgerShardTest {

    private static final Consistency NOW = Consistency.NOTHING;
    private static final List<Integer> BOTH = List.of(0, 1);
    private static final long LATER = 1_000_000;

    @TempDir Path directory;

    private StoresOnDisk stores;
    private final Map<Integer, StoredRows> rows = new HashMap<>();
    private String here;
    private String there;

    @BeforeEach
    void open() {
        stores = new StoresOnDisk(directory, 2, Stores.ledger());
        for (int partition : BOTH) {
            rows.put(partition, new StoredRows(stores.keyValue(Stores.LEDGER, partition)));
        }
        here = budgetIn(0);
        there = budgetIn(1);
        put(budget(here, true, 1));
        put(budget(there, true, 2));
        rowsOf(here).put(policy(here + ".p", here, 5));
        put(allocation(here + ".1", "chat", AllocationState.OPEN, 10, LATER));
        put(allocation(here + ".2", "chat", AllocationState.RELEASED, 5, LATER));
        put(allocation(there + ".3", "chat", AllocationState.OPEN, 9, LATER));
        rows.values().forEach(StoredRows::write);
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void shouldAnswerAboutOneBudgetFromItsPartition() {
        BudgetView view =
                new BudgetView(budget(here, true, 1), List.of(policy(here + ".p", here, 5)));

        assertThat(ask(new BudgetOf(List.of(0), here, NOW))).isEqualTo(new Found<>(view));
        assertThat(ask(new BudgetOf(List.of(1), here, NOW))).isEqualTo(new Unknown<>());
        assertThat(ask(new PolicyOf(List.of(0), here + ".p", NOW)))
                .isEqualTo(new Found<>(policy(here + ".p", here, 5)));
        assertThat(ask(new PolicyOf(List.of(0), here + ".q", NOW))).isEqualTo(new Unknown<>());
        assertThat(ask(new Budgets(BOTH, NOW)))
                .isEqualTo(
                        new Found<>(
                                new BudgetList(
                                        List.of(
                                                view,
                                                new BudgetView(
                                                        budget(there, true, 2), List.of())))));
    }

    @Test
    void shouldLeaveOutAllocationsThatAreNotThere() {
        assertThat(
                        ask(
                                new AllocationsOf(
                                        BOTH,
                                        List.of(there + ".3", here + ".9", here + ".1"),
                                        NOW)))
                .isEqualTo(
                        new Found<>(
                                new AllocationList(
                                        List.of(
                                                allocation(
                                                        there + ".3",
                                                        "chat",
                                                        AllocationState.OPEN,
                                                        9,
                                                        LATER),
                                                allocation(
                                                        here + ".1",
                                                        "chat",
                                                        AllocationState.OPEN,
                                                        10,
                                                        LATER)))));
    }

    @Test
    void shouldFindTheOldestOpenAllocationOfAContext() {
        assertThat(ask(new OldestOpen(BOTH, "chat", NOW)))
                .isEqualTo(
                        new Found<>(
                                allocation(there + ".3", "chat", AllocationState.OPEN, 9, LATER)));
        assertThat(ask(new OldestOpen(BOTH, "quiet", NOW))).isEqualTo(new Unknown<>());
    }

    @Test
    void shouldFindTheNewestThatMatch() {
        assertThat(ask(new NewestOf(BOTH, filter(null, null, null), 2, NOW)))
                .isEqualTo(newest(3, ref(10, here + ".1"), ref(9, there + ".3")));
        assertThat(ask(new NewestOf(BOTH, filter(null, "chat", false), 2, NOW)))
                .isEqualTo(newest(1, ref(5, here + ".2")));
        assertThat(ask(new NewestOf(List.of(0), filter(here, null, true), 2, NOW)))
                .isEqualTo(newest(1, ref(10, here + ".1")));
        assertThat(ask(new NewestOf(BOTH, filter(null, "quiet", null), 2, NOW)))
                .isEqualTo(newest(0));
    }

    @Test
    void shouldTellHowPoliciesOfAPeriodStand() {
        assertThat(standings(null, Period.DAILY)).containsExactly(here + ".p");
        assertThat(standings(null, Period.MONTHLY)).isEmpty();
        assertThat(standings(here, Period.PER_SESSION)).as("no window").isEmpty();
        assertThat(ask(new StandingsOf(List.of(0), "nobody", Period.DAILY, LATER, NOW)))
                .isEqualTo(new Unknown<>());
    }

    @Test
    void shouldAdviseAndReserveNothing() {
        LedgerRequest.Allocate request =
                (LedgerRequest.Allocate)
                        Samples.allocate(Samples.head("r", here), here + ".7", "chat", 100);

        assertThat(ask(new Check(List.of(0), request, LATER, NOW)))
                .isInstanceOfSatisfying(
                        Found.class,
                        found ->
                                assertThat(found.value())
                                        .extracting("decision")
                                        .isInstanceOf(LedgerEvent.AllocationGranted.class));
        assertThat(ask(new AllocationsOf(List.of(0), List.of(here + ".7"), NOW)))
                .isEqualTo(new Found<>(new AllocationList(List.of())));
    }

    @Test
    void shouldSayOfLongQuestionsThatTheyScan() {
        assertThat(
                        List.of(
                                new Budgets(BOTH, NOW),
                                new NewestOf(BOTH, filter(null, null, null), 2, NOW),
                                new StandingsOf(BOTH, null, Period.DAILY, LATER, NOW)))
                .allMatch(Question::scans);
        assertThat(new OldestOpen(BOTH, "chat", NOW).scans()).isFalse();
    }

    private Object ask(Question<?> question) {
        return question.answer(stores.all());
    }

    private List<String> standings(String budgetId, Period period) {
        return new StandingsOf(List.of(0), budgetId, period, LATER, NOW)
                .read(new LedgerShard(stores.all(), List.of(0))).items().stream()
                        .map(PolicyView::policy)
                        .map(policy -> policy.policyId())
                        .toList();
    }

    private String budgetIn(int partition) {
        for (int i = 0; ; i++) {
            if (stores.partitionOf("team" + i) == partition) {
                return "team" + i;
            }
        }
    }

    private StoredRows rowsOf(String budgetId) {
        return rows.get(stores.partitionOf(budgetId));
    }

    private void put(Budget budget) {
        rowsOf(budget.budgetId()).put(budget);
    }

    private void put(Allocation allocation) {
        rowsOf(allocation.budgetId()).put(allocation);
    }

    private static AllocationFilter filter(String budgetId, String contextId, Boolean active) {
        return new AllocationFilter(budgetId, contextId, null, null, null, null, null, active);
    }

    private static AllocationRef ref(long createdAtMs, String id) {
        return new AllocationRef(createdAtMs, id);
    }

    private static Found<NewestList> newest(long total, AllocationRef... items) {
        return new Found<>(new NewestList(List.of(items), total));
    }
}
