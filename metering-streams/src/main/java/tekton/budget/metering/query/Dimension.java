package tekton.budget.metering.query;

/** By what totals are kept. */
public enum Dimension {
    BUDGET,
    CONTEXT,
    COMPONENT
}
