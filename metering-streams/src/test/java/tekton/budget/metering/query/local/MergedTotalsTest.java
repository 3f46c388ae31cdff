package tekton.budget.metering.query.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class MergedTotalsTest {

    @TempDir Path directory;

    @Test
    void shouldMergeOneKindInTheOrderOfItsIds() {
        try (StoresOnDisk stores = new StoresOnDisk(directory, 3, Stores.totals())) {
            put(stores, 0, StoreKeys.COMPONENT, "a", 1);
            put(stores, 2, StoreKeys.COMPONENT, "a", 2);
            put(stores, 1, StoreKeys.COMPONENT, "ab", 4);
            put(stores, 2, StoreKeys.COMPONENT, "b", 8);
            put(stores, 0, StoreKeys.BUDGET, "aa", 16);

            assertThat(read(stores.all(), null))
                    .containsExactly(
                            new KeyedTotals("a", used(1).plus(used(2))),
                            new KeyedTotals("ab", used(4)),
                            new KeyedTotals("b", used(8)));
            assertThat(read(stores.all(), "a"))
                    .extracting(KeyedTotals::id)
                    .containsExactly("ab", "b");
            assertThat(read(stores.all(), "aa"))
                    .as("behind an id that is not there")
                    .extracting(KeyedTotals::id)
                    .containsExactly("ab", "b");
            assertThat(read(stores.all(), "b")).isEmpty();
        }
    }

    private static List<KeyedTotals> read(OpenStores open, String afterId) {
        List<KeyedTotals> all = new ArrayList<>();
        try (MergedTotals merged =
                new MergedTotals(
                        Stream.of(0, 1, 2)
                                .map(partition -> open.keyValue(Stores.TOTALS, partition))
                                .toList(),
                        StoreKeys.COMPONENT,
                        afterId)) {
            merged.forEachRemaining(all::add);
        }
        return all;
    }

    private static void put(StoresOnDisk stores, int partition, char kind, String id, long tokens) {
        stores.keyValue(Stores.TOTALS, partition)
                .put(StoreKeys.total(kind, id), TotalsBytes.write(used(tokens)));
    }

    private static Totals used(long tokens) {
        return new Totals(TokenCounts.of(tokens, 0), 0, Money.ofPico(tokens), 1, 5, 6);
    }
}
