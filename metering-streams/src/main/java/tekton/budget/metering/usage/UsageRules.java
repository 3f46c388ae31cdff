package tekton.budget.metering.usage;

/**
 * What counting has to know besides the records and its own state.
 *
 * @param partitions how many partitions usage has
 * @param rating what records cost
 * @param widths by which cells budgets are counted
 * @param limits what is watched of contexts
 */
public record UsageRules(int partitions, Rating rating, CellWidths widths, SessionLimits limits) {}
