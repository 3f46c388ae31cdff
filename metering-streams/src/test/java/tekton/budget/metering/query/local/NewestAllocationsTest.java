package tekton.budget.metering.query.local;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.Samples.allocation;

import org.junit.jupiter.api.Test;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.metering.query.local.LedgerShard.AllocationRef;
import tekton.budget.metering.query.local.LedgerShard.NewestList;
import tekton.budget.value.Tier;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class NewestAllocationsTest {

    @Test
    void shouldPageNewestFirst() {
        List<Allocation> all = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            all.add(
                    allocation(
                            "b.%02d".formatted(i),
                            "c",
                            AllocationState.OPEN,
                            1_000 + i / 2,
                            5_000));
        }
        Collections.shuffle(all, new Random(1));

        assertThat(newest(all, 3).items())
                .extracting(AllocationRef::id)
                .containsExactly("b.24", "b.23", "b.22");
        assertThat(newest(all, 3).total()).isEqualTo(25);
        assertThat(newest(all, 100).items()).hasSize(25);
    }

    @Test
    void partsGiveTheSameAsAll() {
        List<Allocation> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(
                    allocation(
                            "b.%02d".formatted(i),
                            "c",
                            AllocationState.OPEN,
                            1_000 + i / 3,
                            5_000));
        }
        Collections.shuffle(all, new Random(2));

        NewestAllocations together = new NewestAllocations(7);
        together.addAll(newest(all.subList(0, 13), 7));
        together.addAll(newest(all.subList(13, 14), 7));
        together.addAll(newest(all.subList(14, 40), 7));

        assertThat(together.found()).isEqualTo(newest(all, 7));
    }

    @Test
    void shouldCountAllAndKeepABound() {
        NewestAllocations newest = new NewestAllocations(101L * 100);
        for (int i = 0; i < LedgerQueries.DEPTH_MAX + 500; i++) {
            newest.add(allocation("b." + i, "c", AllocationState.OPEN, i, i));
        }

        assertThat(newest.found().total()).isEqualTo(LedgerQueries.DEPTH_MAX + 500);
        assertThat(newest.found().items()).hasSize(LedgerQueries.DEPTH_MAX);
    }

    @Test
    void shouldFilterByEveryField() {
        Allocation one = allocation("b.1", "c", AllocationState.OPEN, 1, 2);

        assertThat(fits(new AllocationFilter(null, null, null, null, null, null, null, null)))
                .isTrue();
        assertThat(
                        AllocationFilters.fits(
                                new AllocationFilter(
                                        "b",
                                        "c",
                                        "chat",
                                        Tier.REMOTE_HEAVYWEIGHT,
                                        "anthropic",
                                        null,
                                        "default",
                                        true),
                                one))
                .isTrue();
        assertThat(fits(new AllocationFilter("x", null, null, null, null, null, null, null)))
                .isFalse();
        assertThat(fits(new AllocationFilter(null, "x", null, null, null, null, null, null)))
                .isFalse();
        assertThat(fits(new AllocationFilter(null, null, "x", null, null, null, null, null)))
                .isFalse();
        assertThat(
                        fits(
                                new AllocationFilter(
                                        null,
                                        null,
                                        null,
                                        Tier.LOCAL_LIGHTWEIGHT,
                                        null,
                                        null,
                                        null,
                                        null)))
                .isFalse();
        assertThat(fits(new AllocationFilter(null, null, null, null, "x", null, null, null)))
                .isFalse();
        assertThat(fits(new AllocationFilter(null, null, null, null, null, "x", null, null)))
                .isFalse();
        assertThat(fits(new AllocationFilter(null, null, null, null, null, null, "x", null)))
                .isFalse();
        assertThat(fits(new AllocationFilter(null, null, null, null, null, null, null, false)))
                .isFalse();
    }

    private static boolean fits(AllocationFilter filter) {
        return AllocationFilters.fits(filter, allocation("b.1", "c", AllocationState.OPEN, 1, 2));
    }

    private static NewestList newest(List<Allocation> all, int depth) {
        NewestAllocations newest = new NewestAllocations(depth);
        all.forEach(newest::add);
        return newest.found();
    }
}
