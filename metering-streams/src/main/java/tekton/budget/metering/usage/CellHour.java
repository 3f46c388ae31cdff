package tekton.budget.metering.usage;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.EpochMinute;

/**
 * One cell of time of one combination.
 *
 * @param cell its coordinates
 * @param hour where it begins
 */
record CellHour(Cell cell, EpochMinute hour) {}
