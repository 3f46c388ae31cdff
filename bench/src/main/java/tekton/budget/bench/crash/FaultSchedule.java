package tekton.budget.bench.crash;

import tekton.budget.bench.crash.Fault.FaultType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What is done when, the same for the same seed: rounds in each of which everything is done once,
 * in an order of its own. One thread at a time.
 */
final class FaultSchedule {

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
    FaultSchedule(long seed, int instances, int brokers, int seconds) {
        this.random = new Random(seed);
        this.instances = instances;
        this.brokers = brokers;
        this.longestHoldMs = Math.clamp(seconds * 1_000L / HOLDS_PER_RUN, HOLD_MS_MIN, HOLD_MS_MAX);
    }

    /**
     * Kills of the only instance and of its broker, in an order that the seed decides; the broker
     * is never the last.
     */
    static List<Fault> kills(int ofInstance, int ofBroker, long seed) {
        List<Fault> plan = new ArrayList<>(Collections.nCopies(ofBroker, Fault.brokerKill(0)));
        plan.addAll(Collections.nCopies(Math.max(0, ofInstance - 1), Fault.instanceKill(0)));
        Collections.shuffle(plan, new Random(seed));
        if (ofInstance > 0) {
            plan.add(Fault.instanceKill(0));
        }
        return plan;
    }

    /** Kills of one instance after the other; the seed decides which is the first. */
    static List<Fault> killsInTurn(int kills, int instances, long seed) {
        int first = (int) Math.floorMod(seed, (long) instances);
        return IntStream.range(0, kills)
                .mapToObj(i -> Fault.instanceKill((first + i) % instances))
                .toList();
    }

    /** The next round. */
    List<Fault> round() {
        List<FaultType> types = new ArrayList<>(Arrays.asList(FaultType.values()));
        Collections.shuffle(types, random);
        return types.stream().map(this::fault).toList();
    }

    private Fault fault(FaultType type) {
        int victim = random.nextInt(type.ofBroker() ? brokers : instances);
        long pause = random.nextLong(PAUSE_MS_MIN, PAUSE_MS_MAX + 1);
        long hold = random.nextLong(HOLD_MS_MIN, longestHoldMs + 1);
        return new Fault(type, victim, pause, type.freezes() ? hold : 0);
    }
}
