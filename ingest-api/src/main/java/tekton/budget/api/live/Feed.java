package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The latest messages of one topic, shared by everybody who hears it. A listener is no more than a
 * place in it: who falls so far behind that the place is forgotten has read too slowly. So memory
 * does not grow with the listeners, nor with how slow they are. Thread-safe.
 */
final class Feed {

    private final @Nullable Message[] ring;
    private final long lengthMax;
    private final Set<Signal> listeners = ConcurrentHashMap.newKeySet();
    private final SortedMap<Integer, Long> oldest = new TreeMap<>();
    private final SortedMap<Integer, Long> newest = new TreeMap<>();
    private long first;
    private long end;
    private long length;

    /**
     * An empty feed.
     *
     * @param messagesMax how many messages are kept
     * @param lengthMax how many characters they hold in all; one message may hold more
     */
    Feed(int messagesMax, long lengthMax) {
        ring = new Message[messagesMax];
        this.lengthMax = lengthMax;
    }

    /**
     * Some messages in order.
     *
     * @param messages possibly none
     * @param next the place behind the last of them
     * @param lost true when what should have come first is forgotten
     */
    record Batch(List<Message> messages, long next, boolean lost) {}

    /**
     * Where somebody begins to hear of events.
     *
     * @param place the place of the first message that is new to it
     * @param resume the same in the topic
     */
    record Beginning(long place, Resume resume) {}

    /** A partition of the events is read from there on; up to the end they are past. */
    synchronized void begins(int partition, long from, long behind) {
        oldest.put(partition, from);
        newest.put(partition, behind);
    }

    /** Adds messages, forgets what is too much, and tells those who listen. */
    void add(List<Message> messages) {
        synchronized (this) {
            messages.forEach(this::add);
        }
        listeners.forEach(Signal::news);
    }

    /** At most so many messages from a place on. */
    synchronized Batch read(long place, int max) {
        if (place < first) {
            return new Batch(List.of(), place, true);
        }
        List<Message> messages = new ArrayList<>();
        long next = place;
        while (next < end && messages.size() < max) {
            messages.add(at(next++));
        }
        return new Batch(messages, next, false);
    }

    /** The place of what comes next. */
    synchronized long end() {
        return end;
    }

    /**
     * Where somebody begins to hear of events.
     *
     * @param asked how far it has come before; null for who wants what is new from now on
     */
    synchronized Beginning begin(@Nullable Places asked) {
        Resume resume = Resume.of(asked, new Places(oldest), new Places(newest));
        long place = first;
        while (place < end && !isNew(at(place), resume.from())) {
            place++;
        }
        return new Beginning(place, resume);
    }

    /** From now on that bell rings for news. */
    void join(Signal bell) {
        listeners.add(bell);
    }

    void leave(Signal bell) {
        listeners.remove(bell);
    }

    boolean hasListeners() {
        return !listeners.isEmpty();
    }

    private void add(Message message) {
        if (end - first == ring.length) {
            forget();
        }
        ring[slot(end++)] = message;
        length += message.length();
        while (length > lengthMax && end - first > 1) {
            forget();
        }
        EventRef told = message.told();
        if (told != null) {
            newest.merge(told.partition(), told.offset() + 1, Math::max);
        }
    }

    private void forget() {
        Message forgotten = at(first);
        ring[slot(first++)] = null;
        length -= forgotten.length();
        EventRef told = forgotten.told();
        if (told != null) {
            oldest.merge(told.partition(), told.offset() + 1, Math::max);
        }
    }

    private static boolean isNew(Message message, Places read) {
        EventRef told = message.told();
        return told != null && read.isAhead(told);
    }

    private Message at(long place) {
        return Objects.requireNonNull(ring[slot(place)]);
    }

    private int slot(long place) {
        return (int) (place % ring.length);
    }
}
