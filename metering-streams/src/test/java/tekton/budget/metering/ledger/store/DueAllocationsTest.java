package tekton.budget.metering.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

class DueAllocationsTest {

    private static final int LOAD = 7;
    private static final int KEPT_MAX = 30;

    @TempDir Path directory;

    private record Entry(long expiresAtMs, String id) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(expiresAtMs, other.expiresAtMs);
            return byTime != 0 ? byTime : id.compareTo(other.id);
        }
    }

    /** Mostly more than fits into memory; starts in between; times in any order. */
    @Test
    void shouldFindWhatIsDueAsASortedSetDoes() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            TreeSet<Entry> model = new TreeSet<>();
            try (TestStore store = new TestStore(directory.resolve("s" + seed))) {
                DueAllocations due = new DueAllocations(store.get(), LOAD, KEPT_MAX);
                long now = 0;
                for (int i = 0; i < 1_500; i++) {
                    switch (random.nextInt(20)) {
                        case 0 -> {
                            // Now and then all of it, so that what comes next is all known.
                            boolean all = random.nextInt(6) == 0;
                            now += all ? 30_000 : random.nextInt(2_000);
                            check(due, model, now, all ? 1_500 : 1 + random.nextInt(20), seed);
                        }
                        case 1 -> {
                            if (random.nextInt(4) == 0) {
                                due = new DueAllocations(store.get(), LOAD, KEPT_MAX);
                            }
                        }
                        case 2, 3, 4, 5 -> {
                            if (!model.isEmpty()) {
                                List<Entry> entries = new ArrayList<>(model);
                                Entry ended = entries.get(random.nextInt(entries.size()));
                                model.remove(ended);
                                due.remove(ended.expiresAtMs(), ended.id());
                            }
                        }
                        default -> {
                            Entry entry =
                                    new Entry(now + random.nextInt(30_000), "b.%04d".formatted(i));
                            model.add(entry);
                            due.add(entry.expiresAtMs(), entry.id());
                        }
                    }
                }
                while (!model.isEmpty()) {
                    now += 1_000;
                    check(due, model, now, 1_000, seed);
                }
                assertThat(store.count()).isZero();
            }
        }
    }

    private static void check(
            DueAllocations due, SortedSet<Entry> model, long now, int limit, int seed) {
        List<Entry> expected =
                model.stream().filter(e -> e.expiresAtMs() <= now).limit(limit).toList();

        assertThat(due.due(now, limit))
                .as("seed %d at %d", seed, now)
                .isEqualTo(expected.stream().map(Entry::id).toList());
        expected.forEach(
                entry -> {
                    model.remove(entry);
                    due.remove(entry.expiresAtMs(), entry.id());
                });
    }
}
