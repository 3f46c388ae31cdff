package tekton.budget.bench.postgres;

/**
 * What was counted in all.
 *
 * @param cost in pico-dollars
 */
record UsageSums(long records, long input, long output, long cost) {

    static final UsageSums NONE = new UsageSums(0, 0, 0, 0);

    /** With one record more. */
    UsageSums plus(UsageRow row) {
        return new UsageSums(
                records + 1, input + row.input(), output + row.output(), cost + row.cost());
    }

    /** With what others counted. */
    UsageSums plus(UsageSums other) {
        return new UsageSums(
                records + other.records,
                input + other.input,
                output + other.output,
                cost + other.cost);
    }
}
