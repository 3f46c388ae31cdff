package tekton.budget.metering.ledger.read;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.Samples.allocation;

import org.junit.jupiter.api.Test;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.State;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;
import tekton.budget.value.Tier;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

class NewestAllocationsTest {

    @Test
    void shouldPageNewestFirst() {
        List<Allocation> all = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            all.add(allocation("b.%02d".formatted(i), "c", State.OPEN, 1_000 + i / 2, 5_000));
        }
        Collections.shuffle(all, new Random(1));

        assertThat(page(all, 1, 10)).startsWith("b.24", "b.23", "b.22").hasSize(10);
        assertThat(page(all, 3, 10)).containsExactly("b.04", "b.03", "b.02", "b.01", "b.00");
        assertThat(page(all, 4, 10)).isEmpty();
        assertThat(page(all, Integer.MAX_VALUE, 100)).isEmpty();
    }

    @Test
    void shouldCountAllAndKeepABound() {
        NewestAllocations newest = new NewestAllocations(101, 100);
        for (int i = 0; i < LedgerQueries.DEPTH_MAX + 500; i++) {
            newest.add(allocation("b." + i, "c", State.OPEN, i, i));
        }

        assertThat(newest.page(_ -> null).total()).isEqualTo(LedgerQueries.DEPTH_MAX + 500);
        assertThat(newest.page(_ -> null).items()).isEmpty();
    }

    @Test
    void shouldFilterByEveryField() {
        Allocation one = allocation("b.1", "c", State.OPEN, 1, 2);

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
        return AllocationFilters.fits(filter, allocation("b.1", "c", State.OPEN, 1, 2));
    }

    private static List<String> page(List<Allocation> all, int page, int limit) {
        NewestAllocations newest = new NewestAllocations(page, limit);
        all.forEach(newest::add);
        Map<String, Allocation> byId =
                all.stream().collect(Collectors.toMap(Allocation::allocationId, one -> one));
        return newest.page(byId::get).items().stream().map(Allocation::allocationId).toList();
    }
}
