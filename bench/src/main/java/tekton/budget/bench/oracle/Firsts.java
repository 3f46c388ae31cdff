package tekton.budget.bench.oracle;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** What the first record of each id said. One thread. */
public abstract sealed class Firsts {

    /** What a record is to the first of its id. */
    enum RecordPlace {
        /** It is the first. */
        FIRST,
        /** It says the same. */
        DUPLICATE,
        /** It says something else. */
        CONFLICT
    }

    private long count;

    private Firsts() {}

    abstract RecordPlace place(JudgedUsage usage);

    /** Whether there is a record of that id. */
    public abstract boolean contains(String contextId, String recordId);

    /** How many ids there are. */
    public long count() {
        return count;
    }

    RecordPlace first() {
        count++;
        return RecordPlace.FIRST;
    }

    /** All of it, word for word. */
    static final class Exact extends Firsts {

        private final Map<String, JudgedUsage.Content> contents = new HashMap<>();

        @Override
        RecordPlace place(JudgedUsage usage) {
            JudgedUsage.Content earlier =
                    contents.putIfAbsent(
                            Oracle.idOf(usage.contextId(), usage.recordId()), usage.content());
            if (earlier == null) {
                return first();
            }
            return earlier.equals(usage.content()) ? RecordPlace.DUPLICATE : RecordPlace.CONFLICT;
        }

        @Override
        public boolean contains(String contextId, String recordId) {
            return contents.containsKey(Oracle.idOf(contextId, recordId));
        }
    }

    /**
     * Eight bytes for each, for millions of records whose ids are numbers in disguise. Two
     * different contents have the same eight bytes once in 10^19.
     */
    static final class Numbered extends Firsts {

        private static final int PAGE = 1 << 16;

        private final Map<Long, long[]> pages = new HashMap<>();
        private final ToLongFunction<String> numberOf;

        /**
         * @param numberOf the number in a record id, at least 0; negative for one that nobody sent
         */
        Numbered(ToLongFunction<String> numberOf) {
            this.numberOf = numberOf;
        }

        /** The number, if the id has one. */
        OptionalLong number(String recordId) {
            long number = numberOf.applyAsLong(recordId);
            return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
        }

        @Override
        RecordPlace place(JudgedUsage usage) {
            long number = numberOf.applyAsLong(usage.recordId());
            long[] page = pages.computeIfAbsent(number / PAGE, _ -> new long[PAGE]);
            int at = (int) (number % PAGE);
            long digest = digest(usage.contextId() + '\n' + usage.recordId() + usage.content());
            if (page[at] == 0) {
                page[at] = digest;
                return first();
            }
            return page[at] == digest ? RecordPlace.DUPLICATE : RecordPlace.CONFLICT;
        }

        @Override
        public boolean contains(String contextId, String recordId) {
            long number = numberOf.applyAsLong(recordId);
            long[] page = pages.get(number / PAGE);
            return number >= 0 && page != null && page[(int) (number % PAGE)] != 0;
        }

        /** FNV-1a over the characters, then mixed; never 0. */
        private static long digest(String text) {
            long hash = 0xcbf29ce484222325L;
            for (int i = 0; i < text.length(); i++) {
                hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
            }
            hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
            hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
            return (hash ^ (hash >>> 31)) | 1;
        }
    }
}
