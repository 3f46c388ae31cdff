package tekton.budget.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Refusal.RefusalCode;

import java.util.List;

/** Which refusals are kept, and from when on none is missing. */
class RefusalMemoryTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final long DAY_AGO = NOW - RefusalMemory.KEPT.toMillis();

    private final RefusalMemory memory = new RefusalMemory();

    @Test
    void shouldTellTheNewestFirstAndThoseOfABudget() {
        memory.add(refused("r1", "a", NOW - 30));
        memory.add(refused("r2", "b", NOW - 10));
        memory.add(refused("r3", "a", NOW - 20));

        assertThat(ids(memory.newest(null, 10, NOW))).containsExactly("r2", "r3", "r1");
        assertThat(ids(memory.newest("a", 10, NOW))).containsExactly("r3", "r1");
        assertThat(ids(memory.newest(null, 2, NOW))).containsExactly("r2", "r3");
    }

    @Test
    void shouldTellNoneOfMoreThanADayAgo() {
        memory.add(refused("old", "a", DAY_AGO - 1));
        memory.add(refused("kept", "a", DAY_AGO));

        assertThat(ids(memory.newest(null, 10, NOW))).containsExactly("kept");
        assertThat(memory.newest(null, 10, NOW).sinceMs()).isEqualTo(DAY_AGO);
    }

    @Test
    void shouldKeepOneThatIsReadTwiceOnce() {
        memory.add(refused("r1", "a", NOW));
        memory.add(refused("r1", "a", NOW));

        assertThat(ids(memory.newest(null, 10, NOW))).containsExactly("r1");
    }

    @Test
    void shouldSayFromWhenOnItHasAll() {
        memory.readFrom(0, Long.MIN_VALUE);
        memory.readFrom(1, NOW - 5_000);
        assertThat(memory.newest(null, 10, NOW).sinceMs()).isEqualTo(NOW - 5_000);

        for (int i = 0; i <= RefusalMemory.KEPT_MAX; i++) {
            memory.add(refused("r" + i, "a", NOW - 3_000 + i));
        }

        RefusalMemory.NewestRefusals refused = memory.newest(null, 2_000, NOW);
        assertThat(refused.items()).hasSize(RefusalMemory.KEPT_MAX);
        assertThat(refused.sinceMs()).isEqualTo(NOW - 3_000 + 1);
        assertThat(ids(refused)).doesNotContain("r0").contains("r1");
    }

    private static List<String> ids(RefusalMemory.NewestRefusals refused) {
        return refused.items().stream().map(RequestRefused::requestId).toList();
    }

    private static RequestRefused refused(String requestId, String budgetId, long atMs) {
        return new RequestRefused(
                requestId,
                budgetId,
                new Refusal(RefusalCode.INSUFFICIENT_BUDGET, "why", List.of()),
                atMs);
    }
}
