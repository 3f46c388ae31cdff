package tekton.budget.topic;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * A topic as this project makes it.
 *
 * @param name its name
 * @param partitioning which setting gives its partition count
 * @param cleanup how old records go
 * @param retention how long records stay; null where compaction alone removes them
 * @param appendTime true when the broker stamps records with its own clock
 */
public record Topic(
        String name,
        Partitioning partitioning,
        Cleanup cleanup,
        @Nullable Duration retention,
        boolean appendTime) {

    /** Which setting gives a topic's partition count. Counts never change once there is data. */
    public enum Partitioning {
        /** The usage topic and what is co-partitioned with it, and stage two. */
        USAGE,
        /** The topics of the ledger, all equal. */
        LEDGER,
        /** One partition: little traffic, one order. */
        SINGLE
    }

    /** How old records go. */
    public enum Cleanup {
        DELETE("delete"),
        COMPACT("compact"),
        /** The latest of each key, and that only for as long as the retention says. */
        COMPACT_DELETE("compact,delete");

        private final String policy;

        Cleanup(String policy) {
            this.policy = policy;
        }

        /** Kafka's {@code cleanup.policy}. */
        public String policy() {
            return policy;
        }
    }
}
