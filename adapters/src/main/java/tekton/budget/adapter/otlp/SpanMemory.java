package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which spans counted lately, so that another one that tells of the same call does not, in whatever
 * request it comes: a framework's span ends, and is sent, after the one of the client within it. A
 * span that counted counts again when it is sent again, under the same id.
 *
 * <p>It remembers {@value #MINUTES} minutes and {@value #ENTRIES_MAX} entries, three for a span,
 * the oldest is forgotten first. Threads share it.
 */
public final class SpanMemory {

    static final int MINUTES = 10;
    static final int ENTRIES_MAX = 100_000;

    private static final long KEPT_MS = Duration.ofMinutes(MINUTES).toMillis();

    /** Facts, and the time at which each was learnt. */
    private final Map<String, Long> entries = new LinkedHashMap<>();

    /**
     * Whether a span counts, and then remembers it.
     *
     * @param span its trace and its id
     * @param parent its parent's; null without one
     * @param response its trace and the id of the provider's answer; null without one
     * @param nowMs the time, epoch milliseconds
     */
    synchronized boolean counts(
            String span, @Nullable String parent, @Nullable String response, long nowMs) {
        forget(nowMs);
        if (entries.containsKey(counted(span))) {
            return true;
        }
        if (entries.containsKey(inside(span))
                || (parent != null && entries.containsKey(counted(parent)))
                || (response != null && entries.containsKey(answered(response)))) {
            return false;
        }
        entries.put(counted(span), nowMs);
        if (parent != null) {
            entries.putIfAbsent(inside(parent), nowMs);
        }
        if (response != null) {
            entries.put(answered(response), nowMs);
        }
        return true;
    }

    /** Whether a span counted, so that it has to count again when it is sent again. */
    synchronized boolean hasCounted(String span) {
        return entries.containsKey(counted(span));
    }

    synchronized int size() {
        return entries.size();
    }

    private void forget(long nowMs) {
        Iterator<Long> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            boolean old = nowMs - oldest.next() > KEPT_MS;
            if (!old && entries.size() <= ENTRIES_MAX - 3) {
                return;
            }
            oldest.remove();
        }
    }

    private static String counted(String span) {
        return "c" + span;
    }

    private static String inside(String parent) {
        return "i" + parent;
    }

    private static String answered(String response) {
        return "a" + response;
    }
}
