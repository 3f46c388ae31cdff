package tekton.budget.api.alerts;

import org.jspecify.annotations.Nullable;

import tekton.budget.alert.AlertOutcome.Acknowledged;
import tekton.budget.event.BudgetEvent;

/**
 * A budget event, and who has seen it.
 *
 * @param partition where it stands
 * @param seen who has seen it; null when nobody has said so
 */
record Alert(BudgetEvent event, int partition, @Nullable Acknowledged seen) {}
