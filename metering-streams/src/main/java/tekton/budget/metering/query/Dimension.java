package tekton.budget.metering.query;

/** By what totals are kept. */
public enum Dimension {
    BUDGET,
    CONTEXT,
    COMPONENT,
    USER;

    /** True where what an id has used is spread over all partitions. */
    public boolean isSpread() {
        return this == COMPONENT || this == USER;
    }

    /** True where hours are kept as long as usage may be late, and not longer. */
    public boolean isShort() {
        return this == CONTEXT || this == USER;
    }
}
