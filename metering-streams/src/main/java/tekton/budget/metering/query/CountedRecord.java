package tekton.budget.metering.query;

import tekton.budget.event.UsageReported;

/**
 * A usage record that was counted, as it stands in the log.
 *
 * @param usage the record
 * @param timestampMs its event time, epoch milliseconds
 * @param partition its partition of the usage topic
 * @param offset its offset there
 */
public record CountedRecord(UsageReported usage, long timestampMs, int partition, long offset) {}
