package tekton.budget.metering.usage;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.UsageReported;
import tekton.budget.pricing.Charge;
import tekton.budget.value.CellWidth;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

/**
 * What one counted record adds, and where.
 *
 * @param cell its coordinates
 * @param hour where its cell begins: the UTC hour of its timestamp, or the part of it that its
 *     budget is counted by
 * @param totals what it adds
 */
public record Contribution(Cell cell, EpochMinute hour, Totals totals) {

    /**
     * The contribution of a record.
     *
     * @param timestampMs its event time, epoch milliseconds
     * @param width of the cells of its budget
     */
    public static Contribution of(
            UsageReported usage, long timestampMs, CellWidth width, Charge charge) {
        return new Contribution(
                new Cell(
                        usage.budgetId(),
                        usage.component(),
                        usage.provider(),
                        usage.model(),
                        usage.tier(),
                        usage.taskType()),
                width.begin(timestampMs),
                new Totals(
                        usage.tokens(),
                        charge.unpriced() ? usage.tokens().total() : 0,
                        charge.estimated() ? usage.tokens().total() : 0,
                        charge.total(),
                        1,
                        timestampMs,
                        timestampMs));
    }
}
