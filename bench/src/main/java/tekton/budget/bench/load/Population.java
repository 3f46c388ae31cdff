package tekton.budget.bench.load;

/**
 * How many of each there are, and which a record belongs to: spread evenly and the same every time.
 *
 * @param contexts 1 to 1,000,000
 * @param components 1 to 100
 * @param budgets 1 to 10,000
 */
public record Population(int contexts, int components, int budgets) {

    public Population {
        check("contexts", contexts, 1_000_000);
        check("components", components, 100);
        check("budgets", budgets, 10_000);
    }

    private static void check(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: 1 to %d)".formatted(name, value, max));
        }
    }

    int contextOf(long sequence) {
        return (int) Long.remainderUnsigned(mix(sequence), contexts);
    }

    int componentOf(long sequence) {
        return (int) Long.remainderUnsigned(mix(sequence) >>> 20, components);
    }

    int budgetOf(long sequence) {
        return (int) Long.remainderUnsigned(mix(sequence) >>> 32, budgets);
    }

    /** SplitMix64's finaliser: neighbours land far apart. */
    static long mix(long sequence) {
        long z = sequence + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
