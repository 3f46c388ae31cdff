package tekton.budget.bench.chaos;

import tekton.budget.bench.chaos.Disturbance.DisturbanceType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What is done when, the same for the same seed: rounds in each of which everything is done once,
 * in an order of its own. One thread at a time.
 */
final class Schedule {

    private static final long PAUSE_MS_MIN = 2_000;
    private static final long PAUSE_MS_MAX = 5_000;
    private static final long HOLD_MS_MIN = 2_000;
    private static final long HOLD_MS_MAX = 20_000;

    /** A round must fit into a short run, so what is frozen then is so for a part of it only. */
    private static final long HOLDS_PER_RUN = 8;

    private final Random random;
    private final int instances;
    private final int brokers;
    private final long longestHoldMs;

    /**
     * @param seconds how long the run is; a short one freezes for shorter
     */
    Schedule(long seed, int instances, int brokers, int seconds) {
        this.random = new Random(seed);
        this.instances = instances;
        this.brokers = brokers;
        this.longestHoldMs = Math.clamp(seconds * 1_000L / HOLDS_PER_RUN, HOLD_MS_MIN, HOLD_MS_MAX);
    }

    /** The next round. */
    List<Disturbance> round() {
        List<DisturbanceType> kinds = new ArrayList<>(Arrays.asList(DisturbanceType.values()));
        Collections.shuffle(kinds, random);
        return kinds.stream().map(this::disturbance).toList();
    }

    private Disturbance disturbance(DisturbanceType kind) {
        int victim = random.nextInt(kind.ofBroker() ? brokers : instances);
        long pause = random.nextLong(PAUSE_MS_MIN, PAUSE_MS_MAX + 1);
        long hold = random.nextLong(HOLD_MS_MIN, longestHoldMs + 1);
        return new Disturbance(kind, victim, pause, kind.freezes() ? hold : 0);
    }
}
