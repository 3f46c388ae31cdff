package tekton.budget.bench.kill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** What all senders share: when to stop, and what they have seen. Thread-safe. */
final class SenderBoard {

    private static final int NAMED_MAX = 20;

    final AtomicBoolean stop = new AtomicBoolean();
    final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong duplicates = new AtomicLong();
    final AtomicLong conflicts = new AtomicLong();
    final AtomicLong strays = new AtomicLong();
    final AtomicLong poison = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong gaveUp = new AtomicLong();

    /** Of the latest acknowledgement over REST, {@link System#nanoTime}; 0 before the first. */
    final AtomicLong restAcknowledgedAt = new AtomicLong();

    private final Map<String, Long> answers = new ConcurrentSkipListMap<>();
    private final List<String> wrong = new ArrayList<>();

    /** Counts an answer that was no acknowledgement. */
    void retried(String why) {
        retries.incrementAndGet();
        answers.merge(why, 1L, Long::sum);
    }

    /** Notes something that must not happen, whatever is killed. */
    synchronized void wrong(String what) {
        if (wrong.size() < NAMED_MAX) {
            wrong.add(what);
        }
    }

    synchronized List<String> allWrong() {
        return List.copyOf(wrong);
    }

    /** What was answered instead of an acknowledgement, and how often. */
    Map<String, Long> answers() {
        return answers;
    }
}
