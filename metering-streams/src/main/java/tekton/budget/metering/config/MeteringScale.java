package tekton.budget.metering.config;

import tekton.budget.settings.Environment;
import tekton.budget.topic.Topic;

/**
 * How large the metering is. Every instance of a cluster must be told the same, threads excepted.
 *
 * @param usagePartitions partitions of the usage topic, strays and stage two; frozen with the data
 * @param ledgerPartitions partitions of the ledger's topics; frozen with the data
 * @param standbys how many further instances keep each store up to date, to take over from its
 *     owner; without so many instances there are fewer
 * @param threads stream threads of the metering in this process; the ledger always has one
 */
public record MeteringScale(int usagePartitions, int ledgerPartitions, int standbys, int threads) {

    /** One instance. */
    public static final MeteringScale ONE_NODE = new MeteringScale(6, 3, 0, 1);

    private static final int PARTITIONS_MAX = 1_000;
    private static final int STANDBYS_MAX = 5;
    private static final int THREADS_MAX = 64;

    public MeteringScale {
        requireWithin("usagePartitions", usagePartitions, 1, PARTITIONS_MAX);
        requireWithin("ledgerPartitions", ledgerPartitions, 1, PARTITIONS_MAX);
        requireWithin("standbys", standbys, 0, STANDBYS_MAX);
        requireWithin("threads", threads, 1, THREADS_MAX);
    }

    /** What the environment says; the README's table lists the variables. */
    public static MeteringScale of(Environment environment) {
        return new MeteringScale(
                environment.integer(
                        "BUDGET_USAGE_PARTITIONS", ONE_NODE.usagePartitions, 1, PARTITIONS_MAX),
                environment.integer(
                        "BUDGET_LEDGER_PARTITIONS", ONE_NODE.ledgerPartitions, 1, PARTITIONS_MAX),
                environment.integer("BUDGET_STANDBY_REPLICAS", ONE_NODE.standbys, 0, STANDBYS_MAX),
                environment.integer("BUDGET_STREAM_THREADS", ONE_NODE.threads, 1, THREADS_MAX));
    }

    /** How many partitions a topic has. */
    public int partitionsOf(Topic topic) {
        return switch (topic.partitioning()) {
            case USAGE -> usagePartitions;
            case LEDGER -> ledgerPartitions;
            case SINGLE -> 1;
        };
    }

    private static void requireWithin(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: %d to %d)".formatted(name, value, min, max));
        }
    }
}
