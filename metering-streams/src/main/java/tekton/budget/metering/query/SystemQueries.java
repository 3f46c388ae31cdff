package tekton.budget.metering.query;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What the metering and the ledger run on, for people who look after them. Any thread. */
public interface SystemQueries {

    /**
     * The instances, and how far each partition is. What Kafka says is at most a second old, and is
     * waited for at most 1.5 s: without it the instances are told, and why there is no more.
     */
    SystemView view();

    /**
     * What there is to see.
     *
     * @param instances this one first
     * @param partitions the usage and the requests to the ledger; none when Kafka did not answer
     * @param reason why there are none, as a sentence; null when there are
     */
    record SystemView(
            List<InstanceView> instances, List<PartitionView> partitions, @Nullable String reason) {
        public SystemView {
            instances = List.copyOf(instances);
            partitions = List.copyOf(partitions);
        }
    }

    /**
     * An instance.
     *
     * @param instance its name as a member of the group; null of another
     * @param address host:port under which others know it
     * @param self true for the one that answers
     * @param partitions what it owns
     */
    record InstanceView(
            @Nullable String instance,
            String address,
            boolean self,
            List<OwnedPartition> partitions) {
        public InstanceView {
            partitions = List.copyOf(partitions);
        }
    }

    /** A partition of the usage, the totals or the ledger. */
    record OwnedPartition(String store, int partition) {}

    /**
     * How far a partition of an input is.
     *
     * @param owner the address of the instance that reads it; null while nobody does
     * @param position the offset behind what was read and committed; null while nothing was
     * @param end the offset behind the last record
     * @param lag how many records are not read; null when that is not known
     * @param behindMs how long the oldest of them has been there; 0 when all are read, null when
     *     that is not known
     */
    record PartitionView(
            String topic,
            int partition,
            @Nullable String owner,
            @Nullable Long position,
            long end,
            @Nullable Long lag,
            @Nullable Long behindMs) {}
}
