package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.Samples.allocation;
import static tekton.budget.metering.ledger.Samples.budget;
import static tekton.budget.metering.ledger.Samples.policy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.LedgerQueries.AllocationPage;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.metering.query.local.LedgerShard.AllocationList;
import tekton.budget.metering.query.local.LedgerShard.AllocationRef;
import tekton.budget.metering.query.local.LedgerShard.AllocationsOf;
import tekton.budget.metering.query.local.LedgerShard.BudgetList;
import tekton.budget.metering.query.local.LedgerShard.NewestList;
import tekton.budget.metering.query.local.LedgerShard.StandingList;
import tekton.budget.metering.query.local.Question;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** How parts of an answer become one. */
class GatheredLedgerTest {

    private static final Consistency NOW = Consistency.NOTHING;
    private static final AllocationFilter ANY =
            new AllocationFilter(null, null, null, null, null, null, null, null);

    @TempDir Path directory;

    @Test
    void shouldShowActiveBudgetsFirstAndThenTheOldest() throws IOException {
        Budget closed = budget("a", false, 1);
        Budget old = budget("b", true, 2);
        Budget young = budget("c", true, 3);
        assertThat(
                        ask(
                                _ -> new Found<>(new BudgetList(List.of(view(young)))),
                                _ -> new Found<>(new BudgetList(List.of(view(closed), view(old)))),
                                ledger -> ledger.budgets(NOW)))
                .isEqualTo(new Found<>(List.of(view(old), view(young), view(closed))));
    }

    @Test
    void shouldFindTheOldestOpenAllocationOfAll() throws IOException {
        Allocation old = open("a.1", 1);
        assertThat(
                        ask(
                                _ -> new Found<>(open("b.2", 2)),
                                _ -> new Found<>(old),
                                ledger -> ledger.openAllocationOf("chat", NOW)))
                .isEqualTo(new Found<>(old));
        assertThat(
                        ask(
                                _ -> new Unknown<>(),
                                _ -> new Unknown<>(),
                                ledger -> ledger.openAllocationOf("chat", NOW)))
                .isEqualTo(new Unknown<>());
    }

    @Test
    void shouldNotKnowAnAllocationThatItsOwnerHasNot() throws IOException {
        assertThat(
                        ask(
                                _ -> new Found<>(new AllocationList(List.of())),
                                _ -> new Found<>(new AllocationList(List.of())),
                                ledger -> ledger.allocation("a.1", NOW)))
                .isEqualTo(new Unknown<>());
    }

    /** First which are the newest of all, then those; one that is gone meanwhile is left out. */
    @Test
    void shouldShowAPageOfTheNewestOfAll() throws IOException {
        List<AllocationsOf> asked = new ArrayList<>();
        Function<Question<?>, Answer<?>> bodies =
                question -> {
                    AllocationsOf q = (AllocationsOf) question;
                    synchronized (asked) {
                        asked.add(q);
                    }
                    return new Found<>(
                            new AllocationList(
                                    q.ids().stream()
                                            .filter(id -> !id.equals("c.2"))
                                            .map(id -> open(id, 1))
                                            .toList()));
                };

        Answer<AllocationPage> page =
                ask(
                        newest(bodies, ref(5, "a.5"), ref(3, "a.3"), ref(1, "a.1")),
                        newest(bodies, ref(4, "b.4"), ref(2, "c.2")),
                        ledger -> ledger.allocations(ANY, 1, 4, NOW));

        assertThat(page)
                .isEqualTo(
                        new Found<>(
                                new AllocationPage(
                                        List.of(open("a.5", 1), open("b.4", 1), open("a.3", 1)),
                                        5)));
        assertThat(asked.stream().flatMap(each -> each.ids().stream()))
                .as("each of its owner, and no more than the page has")
                .containsExactlyInAnyOrder("a.5", "b.4", "a.3", "c.2");
        assertThat(
                        ask(
                                newest(bodies, ref(5, "a.5")),
                                newest(bodies),
                                ledger -> ledger.allocations(ANY, 2, 4, NOW)))
                .as("behind the last")
                .isEqualTo(new Found<>(new AllocationPage(List.of(), 1)));
    }

    @Test
    void shouldShowStandingsOldestPolicyFirst() throws IOException {
        PolicyView old = standing(policy("b.1", "b", 1));
        PolicyView young = standing(policy("a.1", "a", 2));
        assertThat(
                        ask(
                                _ -> new Found<>(new StandingList(List.of(young))),
                                _ -> new Found<>(new StandingList(List.of(old))),
                                ledger -> ledger.standings(null, Period.DAILY, 5, NOW)))
                .isEqualTo(new Found<>(List.of(old, young)));
    }

    private <T> Answer<T> ask(
            Function<Question<?>, Answer<?>> ofFirst,
            Function<Question<?>, Answer<?>> ofSecond,
            Function<GatheredLedger, Answer<T>> question)
            throws IOException {
        try (Instance first = new Instance(ofFirst);
                Instance second = new Instance(ofSecond);
                TestCluster cluster = new TestCluster(directory, 2, first, second)) {
            return question.apply(new GatheredLedger(cluster.gather()));
        }
    }

    private static Function<Question<?>, Answer<?>> newest(
            Function<Question<?>, Answer<?>> bodies, AllocationRef... refs) {
        return question ->
                question instanceof AllocationsOf
                        ? bodies.apply(question)
                        : new Found<>(new NewestList(Stream.of(refs).toList(), refs.length));
    }

    private static AllocationRef ref(long createdAtMs, String id) {
        return new AllocationRef(createdAtMs, id);
    }

    private static BudgetView view(Budget budget) {
        return new BudgetView(budget, List.of());
    }

    private static PolicyView standing(Policy policy) {
        return new PolicyView(policy, 0, 10, 1, 2, Amount.ZERO, Amount.ZERO, 0, 0);
    }

    private static Allocation open(String id, long createdAtMs) {
        return allocation(id, "chat", AllocationState.OPEN, createdAtMs, 1_000);
    }
}
