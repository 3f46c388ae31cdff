package tekton.budget.bench.hostile;

import java.util.List;
import java.util.SplittableRandom;

/** Chance for one request: the same seed and number make the same request. One thread. */
final class Dice {

    private final SplittableRandom random;
    private final long number;

    Dice(long seed, long number) {
        this.number = number;
        random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
    }

    /** Of the request. */
    long number() {
        return number;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** From 0 to below the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    long anyLong() {
        return random.nextLong();
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
