package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.topic.Origin;

/**
 * A record as it was read.
 *
 * @param key its key
 * @param value its value
 * @param partition the partition in which it was read
 * @param appendTimeMs when the broker appended it there, epoch milliseconds
 * @param moved whether it was sent on to this partition, having been in a wrong one
 * @param origin where it stood first; of one that was sent on null when it does not say
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record UsageRecord(
        byte @Nullable [] key,
        byte @Nullable [] value,
        int partition,
        long appendTimeMs,
        boolean moved,
        @Nullable Origin origin) {}
