package tekton.budget.api.export;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.EpochMinute;

import java.util.Comparator;

/**
 * The hour and the cell that a charge is of; no two charges have the same. Charges stand in this
 * order: by hour, then by the names' UTF-16 units, from the budget to the task type.
 *
 * @param hour the UTC hour, also of budgets whose cells are finer
 * @param cell who used what
 */
record ChargeKey(EpochMinute hour, Cell cell) implements Comparable<ChargeKey> {

    private static final Comparator<ChargeKey> ORDER =
            Comparator.comparing(ChargeKey::hour)
                    .thenComparing(key -> key.cell().budgetId())
                    .thenComparing(key -> key.cell().component())
                    .thenComparing(key -> key.cell().provider())
                    .thenComparing(key -> key.cell().model())
                    .thenComparing(key -> key.cell().tier().wireName())
                    .thenComparing(key -> key.cell().taskType());

    @Override
    public int compareTo(ChargeKey other) {
        return ORDER.compare(this, other);
    }
}
