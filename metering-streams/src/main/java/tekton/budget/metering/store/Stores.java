package tekton.budget.metering.store;

import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

import tekton.budget.value.UsageBounds;

import java.time.Duration;
import java.util.Map;

/**
 * The stores: six of the metering and one of the ledger, because each costs a RocksDB, a changelog
 * and start-up time per partition. None caches: writes come once per commit already, see {@link
 * CommitHook}.
 */
public final class Stores {

    /** Stage one: which ids have been counted. See {@link DedupStore}. */
    public static final String IDS = "usage-ids";

    /**
     * Stage one: totals of all time by context, shares of those by user; and how far each input
     * topic was read.
     */
    public static final String CONTEXTS = "context-totals";

    /**
     * Stage one: hourly totals by context and, within each, by cell and user, {@link
     * UsageBounds#AGE_MAX} back. See {@link HourBytes}.
     */
    public static final String CONTEXT_HOURS = "context-hours";

    /** Stage one: hourly shares of totals by user and cell, {@link UsageBounds#AGE_MAX} back. */
    public static final String USER_CELLS = "user-cells";

    /** Stage two: totals of all time by budget and component; and how far stage one has come. */
    public static final String TOTALS = "totals";

    /** Stage two: hourly totals by budget, component and cell, {@link #HOURS_KEPT} back. */
    public static final String HOURS = "hours";

    /** All that the ledger keeps; and how far each of its input topics was read. */
    public static final String LEDGER = "ledger";

    /** How long hourly totals by budget, component and cell are kept. */
    public static final Duration HOURS_KEPT = Duration.ofDays(400);

    /**
     * Added to what is promised: a store forgets by the latest hour that it has seen, which may be
     * ahead of the clock, and a late record needs its hour to be there still.
     */
    private static final Duration SLACK = Duration.ofDays(2);

    /** So much longer than a store's windows Streams keeps their changelog. */
    private static final Duration LOG_LONGER = Duration.ofDays(1);

    private static final Duration HOUR = Duration.ofHours(1);

    private static final long SEGMENT_BYTES = 64L << 20;

    private Stores() {}

    /**
     * The ids' store.
     *
     * @param window how long an id is remembered at least
     */
    public static StoreBuilder<DedupStore> ids(Duration window) {
        return PlainStoreBuilder.logged(
                IDS,
                name -> new DedupStore(name, window),
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        String.valueOf(window.multipliedBy(2).plus(SLACK).toMillis()),
                        TopicConfig.SEGMENT_BYTES_CONFIG,
                        String.valueOf(SEGMENT_BYTES)));
    }

    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> contexts() {
        return keyValue(CONTEXTS);
    }

    public static StoreBuilder<WindowStore<Bytes, byte[]>> contextHours() {
        return hourly(CONTEXT_HOURS, UsageBounds.AGE_MAX);
    }

    /** How the changelog of {@link #userCells} is made: as Streams would, with what is put in. */
    public static Map<String, String> userCellsLog() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT + ',' + TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                String.valueOf(UsageBounds.AGE_MAX.plus(SLACK).plus(LOG_LONGER).toMillis()),
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "CreateTime",
                TopicConfig.SEGMENT_BYTES_CONFIG,
                String.valueOf(SEGMENT_BYTES));
    }

    public static StoreBuilder<WindowStore<Bytes, byte[]>> userCells() {
        return hourly(USER_CELLS, UsageBounds.AGE_MAX);
    }

    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> totals() {
        return keyValue(TOTALS);
    }

    public static StoreBuilder<WindowStore<Bytes, byte[]>> hours() {
        return hourly(HOURS, HOURS_KEPT);
    }

    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> ledger() {
        return keyValue(LEDGER);
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> keyValue(String name) {
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name),
                        Serdes.Bytes(),
                        Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(
                        Map.of(TopicConfig.SEGMENT_BYTES_CONFIG, String.valueOf(SEGMENT_BYTES)));
    }

    private static StoreBuilder<WindowStore<Bytes, byte[]>> hourly(String name, Duration kept) {
        return org.apache.kafka.streams.state.Stores.windowStoreBuilder(
                        org.apache.kafka.streams.state.Stores.persistentWindowStore(
                                name, kept.plus(SLACK), HOUR, false),
                        Serdes.Bytes(),
                        Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(
                        Map.of(TopicConfig.SEGMENT_BYTES_CONFIG, String.valueOf(SEGMENT_BYTES)));
    }
}
