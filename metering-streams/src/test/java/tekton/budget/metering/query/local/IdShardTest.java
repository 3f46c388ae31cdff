package tekton.budget.metering.query.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.local.IdShard.FindIds;
import tekton.budget.metering.query.local.IdShard.FindInEveryContext;
import tekton.budget.metering.query.local.IdShard.Ids;
import tekton.budget.metering.store.IdIndex;
import tekton.budget.metering.usage.FirstOccurrence;
import tekton.budget.metering.usage.IdKey;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

class IdShardTest {

    private static final FirstOccurrence HERE = new FirstOccurrence(0, 7, 70);
    private static final FirstOccurrence THERE = new FirstOccurrence(1, 8, 80);
    private static final byte[] A = key(1);
    private static final byte[] B = key(2);
    private static final byte[] NOBODYS = key(3);

    private final IdShard shard =
            new IdShard(
                    List.of(
                            new Remembered(Map.of(new IdKey(A), HERE)),
                            new Remembered(Map.of(new IdKey(B), THERE))));

    /** What a partition remembers. */
    private record Remembered(Map<IdKey, FirstOccurrence> ids) implements IdIndex {

        @Override
        public FirstOccurrence find(IdKey key) {
            return ids.get(key);
        }

        @Override
        public List<FirstOccurrence> findInEveryContext(byte[] recordIdHash, int limit) {
            return ids.values().stream().limit(limit).toList();
        }
    }

    @Test
    void shouldAnswerEveryKeyInItsPlaceAndNullForWhatIsNotRemembered() {
        FindIds question = new FindIds(List.of(0, 1), List.of(B, NOBODYS, A), Consistency.NOTHING);

        assertThat(question.read(shard)).isEqualTo(new Ids(Arrays.asList(THERE, null, HERE)));
    }

    @Test
    void shouldFindNoMoreThanAskedForOverAllPartitions() {
        assertThat(everywhere(5)).isEqualTo(new Ids(List.of(HERE, THERE)));
        assertThat(everywhere(1)).isEqualTo(new Ids(List.of(HERE)));
    }

    private Ids everywhere(int limit) {
        return new FindInEveryContext(List.of(0, 1), new byte[8], limit, Consistency.NOTHING)
                .read(shard);
    }

    private static byte[] key(int last) {
        byte[] key = new byte[16];
        key[15] = (byte) last;
        return key;
    }
}
