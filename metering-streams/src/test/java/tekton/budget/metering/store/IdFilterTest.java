package tekton.budget.metering.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.IdKey;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

class IdFilterTest {

    @TempDir Path directory;

    @Test
    void shouldNeverDenyWhatWasAddedAndSeldomAffirmWhatWasNot() throws Exception {
        Random random = new Random(1);
        IdFilter filter = new IdFilter();
        List<byte[]> added = new ArrayList<>();
        for (int i = 0; i < 2 * IdFilter.PART_IDS + 1_000; i++) {
            byte[] key = key(random);
            filter.add(key);
            if (i == 1_000 || i == IdFilter.PART_IDS + 1_000) {
                filter.save(directory);
            }
            if (i % 100 == 0) {
                added.add(key);
            }
        }
        filter.save(directory);
        IdFilter loaded = IdFilter.load(directory);

        assertThat(added).allMatch(filter::mayContain).allMatch(loaded::mayContain);
        int alarms = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] other = key(random);
            alarms += filter.mayContain(other) ? 1 : 0;
            assertThat(loaded.mayContain(other)).isEqualTo(filter.mayContain(other));
        }
        assertThat(alarms).isLessThan(4_000);
    }

    @Test
    void shouldSayPerhapsToEverythingOnceItIsFull() throws Exception {
        Random random = new Random(2);
        IdFilter filter = new IdFilter();
        byte[] key = key(random);
        for (long i = 0; i <= (long) IdFilter.PART_IDS * IdFilter.PARTS_MAX; i++) {
            filter.add(key);
        }

        filter.save(directory);

        assertThat(filter.mayContain(key(random))).isTrue();
        assertThat(IdFilter.load(directory).mayContain(key(random))).isTrue();
    }

    @Test
    void shouldSaveALastPartWithAsManyIdsAsTheOneBeforeHad() throws Exception {
        Random random = new Random(5);
        IdFilter filter = new IdFilter();
        for (int i = 0; i < 10; i++) {
            filter.add(key(random));
        }
        filter.save(directory);
        for (int i = 10; i < IdFilter.PART_IDS; i++) {
            filter.add(key(random));
        }
        List<byte[]> last = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            last.add(key(random));
            filter.add(last.getLast());
        }

        filter.save(directory);

        assertThat(last).allMatch(IdFilter.load(directory)::mayContain);
    }

    @Test
    void shouldMakeADamagedFilterAnew() throws Exception {
        Path bucket = directory.resolve("bucket");
        IdKey key = new IdKey(key(new Random(3)));
        FirstOccurrence entry = new FirstOccurrence(1, 2, 3);
        try (IdBucket first = IdBucket.open(bucket)) {
            first.putAll(List.of(Map.entry(key, entry)));
            first.flush();
        }
        Path file = bucket.resolve("budget-id-filter-0");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        try (IdBucket second = IdBucket.open(bucket)) {
            assertThat(second.get(key.bytes())).isNotNull();
            assertThat(second.get(key(new Random(4)))).isNull();
            second.flush();
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
    }

    private static byte[] key(Random random) {
        byte[] key = new byte[20];
        random.nextBytes(key);
        return key;
    }
}
