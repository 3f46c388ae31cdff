package tekton.budget.metering.store;

import org.apache.kafka.common.utils.Bytes;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.EpochMinute;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The keys within the stores, frozen. The first byte tells the kinds of one store apart; ids are
 * UTF-8. Numbers are big-endian, so that the order of the bytes is theirs.
 */
public final class StoreKeys {

    /** A context's total, in {@link Stores#CONTEXTS} and {@link Stores#CONTEXT_HOURS}. */
    public static final char CONTEXT = 'c';

    /** A budget's total. */
    public static final char BUDGET = 'b';

    /** This partition's share of a component's total. */
    public static final char COMPONENT = 'm';

    /**
     * This partition's share of a user's total, in {@link Stores#CONTEXTS}; and a user's cell of
     * one hour, in {@link Stores#USER_CELLS}.
     */
    public static final char USER = 'u';

    /** How far a task has read an input topic. */
    public static final char REACHED = 'r';

    /** How far stage one has read a partition of the usage topic, as who it hands over to knows. */
    public static final char PROGRESS = 'p';

    /** A cell of one hour; the key names the hour, so that one hour's cells lie together. */
    static final char CELL = 'x';

    /** How many cells a budget or a user has in an hour. */
    static final char CELL_COUNT = 'n';

    private StoreKeys() {}

    /** A total's key: the kind, then the id. */
    public static Bytes total(char kind, String id) {
        byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(1 + utf8.length).put((byte) kind).put(utf8).array());
    }

    /** The id in a total's key. */
    public static String idOf(Bytes totalKey) {
        byte[] key = totalKey.get();
        return new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
    }

    /** The first key of a kind. */
    public static Bytes firstOf(char kind) {
        return Bytes.wrap(new byte[] {(byte) kind});
    }

    /** The first key behind all of a kind. */
    public static Bytes firstAfter(char kind) {
        return Bytes.wrap(new byte[] {(byte) (kind + 1)});
    }

    /** Where a task's progress in an input topic is kept. */
    public static Bytes reached(String topic) {
        return total(REACHED, topic);
    }

    /** Where stage one's progress in a partition of the usage topic is kept. */
    public static Bytes progress(int usagePartition) {
        return Bytes.wrap(
                ByteBuffer.allocate(1 + Integer.BYTES)
                        .put((byte) PROGRESS)
                        .putInt(usagePartition)
                        .array());
    }

    /** The last key of stage one's progress. */
    public static Bytes lastProgress() {
        return progress(Integer.MAX_VALUE);
    }

    /** The partition of the usage topic in a key that {@link #progress} made. */
    public static int usagePartitionOf(Bytes progressKey) {
        return ByteBuffer.wrap(progressKey.get()).getInt(1);
    }

    /** The number of cells in the hour that the window store adds to the key. */
    public static Bytes cellCount(String id) {
        return total(CELL_COUNT, id);
    }

    /** The first key of a budget's cells in an hour. */
    public static Bytes cells(String budgetId, EpochMinute hour) {
        return texts(CELL, budgetId, hour, 0);
    }

    /** A cell's key: x, budget, hour, then the other coordinates, each text with its length. */
    public static Bytes cell(Cell cell, EpochMinute hour) {
        Bytes key =
                texts(
                        CELL,
                        cell.budgetId(),
                        hour,
                        1,
                        cell.component(),
                        cell.provider(),
                        cell.model(),
                        cell.taskType());
        return endingIn(TierCode.of(cell.tier()), key);
    }

    /** The cell of a key that {@link #cell} made. */
    public static Cell cellOf(Bytes key) {
        ByteBuffer in = ByteBuffer.wrap(key.get());
        in.get();
        String budget = text(in);
        in.getLong();
        return cellOf(budget, in);
    }

    /** The first key of a user's cells in an hour. */
    public static Bytes userCells(String userId, EpochMinute hour) {
        return texts(USER, userId, hour, 0);
    }

    /** The key of a user's cell: u, user, hour, then all coordinates, each text with its length. */
    public static Bytes userCell(String userId, Cell cell, EpochMinute hour) {
        Bytes key =
                texts(
                        USER,
                        userId,
                        hour,
                        1,
                        cell.budgetId(),
                        cell.component(),
                        cell.provider(),
                        cell.model(),
                        cell.taskType());
        return endingIn(TierCode.of(cell.tier()), key);
    }

    /** The user of a key that {@link #userCell} made. */
    public static String userOf(Bytes userCellKey) {
        ByteBuffer in = ByteBuffer.wrap(userCellKey.get());
        in.get();
        return text(in);
    }

    /** The cell of a key that {@link #userCell} made. */
    public static Cell cellOfUser(Bytes userCellKey) {
        ByteBuffer in = ByteBuffer.wrap(userCellKey.get());
        in.get();
        in.position(in.position() + Short.BYTES + in.getShort(in.position()));
        in.getLong();
        return cellOf(text(in), in);
    }

    private static Cell cellOf(String budget, ByteBuffer in) {
        String component = text(in);
        String provider = text(in);
        String model = text(in);
        String taskType = text(in);
        return new Cell(budget, component, provider, model, TierCode.tierOf(in.get()), taskType);
    }

    /** A kind, an id, an hour and texts, and room for more bytes behind them. */
    private static Bytes texts(char kind, String id, EpochMinute hour, int more, String... rest) {
        byte[] first = id.getBytes(StandardCharsets.UTF_8);
        byte[][] others = new byte[rest.length][];
        int length = 1 + Short.BYTES + first.length + Long.BYTES + more;
        for (int i = 0; i < rest.length; i++) {
            others[i] = rest[i].getBytes(StandardCharsets.UTF_8);
            length += Short.BYTES + others[i].length;
        }
        ByteBuffer out = ByteBuffer.allocate(length).put((byte) kind);
        text(out, first);
        out.putLong(hour.value());
        for (byte[] each : others) {
            text(out, each);
        }
        return Bytes.wrap(out.array());
    }

    private static Bytes endingIn(byte last, Bytes key) {
        key.get()[key.get().length - 1] = last;
        return key;
    }

    /** Texts are at most 256 characters, so at most 768 bytes: a short holds the length. */
    private static void text(ByteBuffer out, byte[] utf8) {
        out.putShort((short) utf8.length).put(utf8);
    }

    private static String text(ByteBuffer in) {
        byte[] utf8 = new byte[in.getShort()];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
