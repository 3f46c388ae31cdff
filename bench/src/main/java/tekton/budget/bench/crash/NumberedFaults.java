package tekton.budget.bench.crash;

import tekton.budget.bench.crash.Fault.FaultType;
import tekton.budget.bench.product.ProcessRole;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * The faults of a run that is made of legs: the same one after the other for the same seed, so that
 * a leg goes on where the one before has stopped. Kills are more than freezes, and those of what
 * serves are more than those of what works behind it. One thread.
 */
final class NumberedFaults {

    private static final long PAUSE_MS_MIN = 1_000;
    private static final long PAUSE_MS_MAX = 4_000;
    private static final long HASTY_MS_MIN = 100;
    private static final long HOLD_MS_MIN = 2_000;
    private static final int HASTY_PERCENT = 20;

    private final Random random;
    private final int brokers;
    private final Function<ProcessRole, List<Integer>> numbersOf;
    private final long longestHoldMs;
    private final Deque<PlannedFault> round = new ArrayDeque<>();

    /**
     * A fault.
     *
     * @param waits whether all is well again before the next; else that comes in the midst of it
     */
    record PlannedFault(Fault fault, boolean waits) {}

    /**
     * @param brokers how many there are
     * @param numbersOf which instances are for what; nobody need be
     * @param longestHoldMs how long something may be frozen, at least 2,000
     * @param done how many faults earlier legs have seen
     */
    NumberedFaults(
            long seed,
            int brokers,
            Function<ProcessRole, List<Integer>> numbersOf,
            long longestHoldMs,
            int done) {
        this.random = new Random(seed);
        this.brokers = brokers;
        this.numbersOf = numbersOf;
        this.longestHoldMs = longestHoldMs;
        for (int i = 0; i < done; i++) {
            next();
        }
    }

    /** The next one. */
    PlannedFault next() {
        if (round.isEmpty()) {
            List<PlannedFault> faults = new ArrayList<>();
            add(faults, 3, FaultType.INSTANCE_KILL, numbersOf.apply(ProcessRole.APPLICATION));
            add(faults, 2, FaultType.BROKER_KILL, upTo(brokers));
            add(faults, 2, FaultType.INSTANCE_KILL, numbersOf.apply(ProcessRole.WORKER));
            add(faults, 1, FaultType.INSTANCE_KILL, numbersOf.apply(ProcessRole.ALERTING));
            add(faults, 1, FaultType.INSTANCE_KILL, numbersOf.apply(ProcessRole.POLLER));
            add(faults, 1, FaultType.BROKER_FREEZE, upTo(brokers));
            for (ProcessRole role : ProcessRole.values()) {
                add(faults, 1, FaultType.INSTANCE_FREEZE, numbersOf.apply(role));
            }
            Collections.shuffle(faults, random);
            round.addAll(faults);
        }
        return round.removeFirst();
    }

    private void add(List<PlannedFault> faults, int times, FaultType type, List<Integer> victims) {
        for (int i = 0; i < times && !victims.isEmpty(); i++) {
            boolean hasty = type.kills() && random.nextInt(100) < HASTY_PERCENT;
            long pause = random.nextLong(hasty ? HASTY_MS_MIN : PAUSE_MS_MIN, PAUSE_MS_MAX);
            long hold = type.freezes() ? random.nextLong(HOLD_MS_MIN, longestHoldMs + 1) : 0;
            int victim = victims.get(random.nextInt(victims.size()));
            faults.add(new PlannedFault(new Fault(type, victim, pause, hold), !hasty));
        }
    }

    private static List<Integer> upTo(int count) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(i);
        }
        return numbers;
    }
}
