package tekton.budget.event;

import tekton.budget.value.EpochMinute;
import tekton.budget.value.Tier;
import tekton.budget.value.Totals;

/**
 * What stage one of the metering hands to stage two at each commit: first what was counted since
 * the last one, then how far it has read. Both travel in one partition in that order and in one
 * transaction, so a state that has passed a {@link Progress} has passed every record behind it.
 */
public sealed interface TotalsFeed {

    /**
     * Records counted since the last commit that share every coordinate.
     *
     * @param cell where they belong
     * @param hour where the cell begins: the UTC hour of their timestamps, or of budgets whose zone
     *     needs it the half or the quarter
     * @param totals their sum
     */
    record TotalsDelta(Cell cell, EpochMinute hour, Totals totals) implements TotalsFeed {}

    /**
     * Everything in this partition of the usage topic up to this offset has been told of.
     *
     * @param partition a partition of the usage topic
     * @param offset the last offset read
     */
    record Progress(int partition, long offset) implements TotalsFeed, LedgerFeed {}

    /**
     * The coordinates of a total's smallest part.
     *
     * @param budgetId the budget that pays
     * @param component the component that spent
     * @param provider who served the model
     * @param model the model
     * @param tier the tier, as given or inferred
     * @param taskType the task type
     */
    record Cell(
            String budgetId,
            String component,
            String provider,
            String model,
            Tier tier,
            String taskType) {}
}
