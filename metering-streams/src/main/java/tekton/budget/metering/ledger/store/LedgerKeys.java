package tekton.budget.metering.ledger.store;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Scope;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.TierCode;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Tier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The keys within the ledger's store, frozen. The first byte tells the kinds apart; ids are UTF-8.
 * A text that something follows has its length (2 bytes) before it. Numbers are big-endian, so that
 * the order of the bytes is theirs. Ids of policies and allocations begin with their budget's id
 * and a dot, and budget ids have no dot: so those of one budget lie together.
 *
 * <p>{@value StoreKeys#REACHED} and {@value StoreKeys#PROGRESS} are {@link StoreKeys}'.
 */
final class LedgerKeys {

    static final char BUDGET = 'b';
    static final char POLICY = 'q';

    /** What a policy counts. */
    static final char USE = 'u';

    /** What a context uses and reserves through allocations of a budget, in one scope. */
    static final char SESSION = 's';

    static final char ALLOCATION = 'a';

    /** An open allocation, by its expiry. */
    static final char EXPIRY = 'e';

    /** An open allocation, by its budget. */
    static final char OPEN = 'o';

    /** How many allocations of a budget are open. */
    static final char OPEN_COUNT = 'n';

    /** An allocation, by its context. */
    static final char OF_CONTEXT = 'c';

    /** A decision under its idempotency key. */
    static final char DECIDED = 'i';

    /** What a budget spent in one hour, or the part of it that it is counted by, and scope. */
    static final char HOUR = 'h';

    /** What a budget spent in one UTC day and scope. */
    static final char DAY = 'd';

    /** How many scopes a budget has in an hour. */
    static final char SCOPE_COUNT = 'k';

    /** What is to be forgotten, by when. */
    static final char FORGET = 'f';

    private static final byte ABSENT = (byte) 0xFF;

    private LedgerKeys() {}

    /** The first key of a kind. */
    static Bytes firstOf(char kind) {
        return Bytes.wrap(new byte[] {(byte) kind});
    }

    /** The first key behind all of a kind. */
    static Bytes firstAfter(char kind) {
        return Bytes.wrap(new byte[] {(byte) (kind + 1)});
    }

    static Bytes budget(String budgetId) {
        return plain(BUDGET, budgetId);
    }

    static Bytes policy(String policyId) {
        return plain(POLICY, policyId);
    }

    static Bytes policiesOf(String budgetId) {
        return plain(POLICY, budgetId + '.');
    }

    static Bytes use(String policyId) {
        return plain(USE, policyId);
    }

    static Bytes session(String budgetId, String contextId, Scope scope) {
        Out out = new Out(SESSION).text(budgetId).text(contextId);
        return scope(out, scope).key();
    }

    static Bytes sessionOf(String budgetId, String contextId) {
        return new Out(SESSION).text(budgetId).text(contextId).key();
    }

    static Bytes allocation(String allocationId) {
        return plain(ALLOCATION, allocationId);
    }

    static Bytes allocationsOf(String budgetId) {
        return plain(ALLOCATION, budgetId + '.');
    }

    static Bytes open(String allocationId) {
        return plain(OPEN, allocationId);
    }

    static Bytes openOf(String budgetId) {
        return plain(OPEN, budgetId + '.');
    }

    static Bytes openCount(String budgetId) {
        return plain(OPEN_COUNT, budgetId);
    }

    /** The key of an allocation by its expiry; with an empty id the first key of that time. */
    static Bytes expiry(long expiresAtMs, String allocationId) {
        return new Out(EXPIRY).number(expiresAtMs).last(allocationId).key();
    }

    static Bytes ofContext(String contextId, String allocationId) {
        return new Out(OF_CONTEXT).text(contextId).last(allocationId).key();
    }

    static Bytes allOfContext(String contextId) {
        return ofContext(contextId, "");
    }

    static Bytes decided(String budgetId, String key) {
        return new Out(DECIDED).text(budgetId).last(key).key();
    }

    /** What was spent in an hour and scope. */
    static Bytes hour(String budgetId, EpochMinute hour, Scope scope) {
        return scope(new Out(HOUR).text(budgetId).number(hour.value()), scope).key();
    }

    /** The first key of an hour. */
    static Bytes hours(String budgetId, EpochMinute hour) {
        return new Out(HOUR).text(budgetId).number(hour.value()).key();
    }

    /**
     * What was spent in a day and scope.
     *
     * @param day the day's first hour
     */
    static Bytes day(String budgetId, EpochMinute day, Scope scope) {
        return scope(new Out(DAY).text(budgetId).number(day.value()), scope).key();
    }

    /** The first key of a day. */
    static Bytes days(String budgetId, EpochMinute day) {
        return new Out(DAY).text(budgetId).number(day.value()).key();
    }

    static Bytes scopeCount(String budgetId, EpochMinute hour) {
        return new Out(SCOPE_COUNT).text(budgetId).number(hour.value()).key();
    }

    /**
     * Something to be forgotten.
     *
     * @param dueMs when
     * @param what its key, or what its keys begin with
     */
    static Bytes forget(long dueMs, Bytes what) {
        return new Out(FORGET).number(dueMs).bytes(what.get()).key();
    }

    /** The first key to be forgotten at that time. */
    static Bytes forgetFrom(long dueMs) {
        return new Out(FORGET).number(dueMs).key();
    }

    /** When, in a key that {@link #forget} made. */
    static long dueOf(Bytes forgetKey) {
        return ByteBuffer.wrap(forgetKey.get()).getLong(1);
    }

    /** What, in a key that {@link #forget} made. */
    static Bytes targetOf(Bytes forgetKey) {
        byte[] key = forgetKey.get();
        int start = 1 + Long.BYTES;
        byte[] target = new byte[key.length - start];
        System.arraycopy(key, start, target, 0, target.length);
        return Bytes.wrap(target);
    }

    /** The id at the end of a key, behind the kind and that many bytes. */
    static String idAfter(Bytes key, int bytes) {
        return new String(
                key.get(), 1 + bytes, key.get().length - 1 - bytes, StandardCharsets.UTF_8);
    }

    /** The allocation in a key that {@link #expiry} made. */
    static String expiringOf(Bytes expiryKey) {
        return idAfter(expiryKey, Long.BYTES);
    }

    /** The allocation in a key that {@link #ofContext} made. */
    static String allocationOfContextKey(Bytes key) {
        return idAfter(key, Short.BYTES + ByteBuffer.wrap(key.get()).getShort(1));
    }

    /** The budget that follows the kind, with its length. */
    static String budgetOf(Bytes key) {
        return text(ByteBuffer.wrap(key.get()).position(1));
    }

    /** The text that follows the budget: a context with its length. */
    static String contextIn(Bytes sessionKey) {
        ByteBuffer in = ByteBuffer.wrap(sessionKey.get()).position(1);
        text(in);
        return text(in);
    }

    /** The time that follows the budget: where an hour or a day begins. */
    static EpochMinute hourOf(Bytes key) {
        ByteBuffer in = ByteBuffer.wrap(key.get()).position(1);
        text(in);
        return new EpochMinute(in.getLong());
    }

    /** The scope at the end of a key that {@link #hour} or {@link #day} made. */
    static Scope scopeOf(Bytes key) {
        ByteBuffer in = ByteBuffer.wrap(key.get()).position(1);
        text(in);
        in.getLong();
        byte tier = in.get();
        return new Scope(
                tier == ABSENT ? null : TierCode.tierOf(tier),
                textOrNull(in),
                textOrNull(in),
                textOrNull(in));
    }

    private static Bytes plain(char kind, String id) {
        return new Out(kind).last(id).key();
    }

    private static Out scope(Out out, Scope scope) {
        Tier tier = scope.tier();
        return out.one(tier == null ? ABSENT : TierCode.of(tier))
                .textOrNull(scope.provider())
                .textOrNull(scope.component())
                .textOrNull(scope.taskType());
    }

    private static String text(ByteBuffer in) {
        byte[] utf8 = new byte[in.getShort()];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static @Nullable String textOrNull(ByteBuffer in) {
        if (in.getShort(in.position()) < 0) {
            in.getShort();
            return null;
        }
        return text(in);
    }

    /** A key in the making. */
    private static final class Out {

        private ByteBuffer buffer = ByteBuffer.allocate(128);

        Out(char kind) {
            buffer.put((byte) kind);
        }

        Out one(byte value) {
            room(1).put(value);
            return this;
        }

        Out number(long value) {
            room(Long.BYTES).putLong(value);
            return this;
        }

        Out bytes(byte[] value) {
            room(value.length).put(value);
            return this;
        }

        Out last(String text) {
            return bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Texts are at most 512 characters, so at most 1,536 bytes: a short holds the length. */
        Out text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            room(Short.BYTES + utf8.length).putShort((short) utf8.length).put(utf8);
            return this;
        }

        Out textOrNull(@Nullable String text) {
            if (text == null) {
                room(Short.BYTES).putShort((short) -1);
                return this;
            }
            return text(text);
        }

        Bytes key() {
            byte[] key = new byte[buffer.position()];
            System.arraycopy(buffer.array(), 0, key, 0, key.length);
            return Bytes.wrap(key);
        }

        private ByteBuffer room(int bytes) {
            if (buffer.remaining() < bytes) {
                ByteBuffer larger =
                        ByteBuffer.allocate(2 * buffer.capacity() + bytes).put(buffer.flip());
                buffer = larger;
            }
            return buffer;
        }
    }
}
