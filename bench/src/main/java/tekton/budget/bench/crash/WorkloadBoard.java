package tekton.budget.bench.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** What all who send share: when to end, and what they have seen. Thread-safe. */
class WorkloadBoard {

    private static final int NAMED_MAX = 20;
    private static final int LENGTH_MAX = 800;

    /** From now on begin nothing new, and come to an end. */
    final AtomicBoolean stop = new AtomicBoolean();

    /** Whether the instances are being restarted one after the other, the others serving. */
    final AtomicBoolean restarting = new AtomicBoolean();

    /** Requests that every instance in turn has not acknowledged, in such a restart. */
    final AtomicLong refusedByAll = new AtomicLong();

    private final Map<String, Long> answers = new ConcurrentSkipListMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final AtomicLongArray servedAt;
    private long served;
    private long latest;
    private long longestPause;
    private boolean watching;
    private long watchedFrom;
    private long firstServed;

    /**
     * @param instances how many are asked
     */
    WorkloadBoard(int instances) {
        servedAt = new AtomicLongArray(instances);
    }

    /**
     * An instance has acknowledged or decided.
     *
     * @param begun when it was asked, {@link System#nanoTime}
     */
    void served(int instance, long begun) {
        long now = System.nanoTime();
        servedAt.set(instance, now);
        synchronized (this) {
            if (served > 0) {
                longestPause = Math.max(longestPause, now - latest);
            }
            served++;
            latest = now;
            if (watching && firstServed == 0 && begun - watchedFrom >= 0) {
                firstServed = now;
            }
        }
    }

    /** From now on remembers when the first was served of those who ask from now on. */
    synchronized void watch() {
        watching = true;
        watchedFrom = System.nanoTime();
        firstServed = 0;
    }

    /**
     * When the first was served who asked after {@link #watch}, {@link System#nanoTime}; 0 for
     * none.
     */
    synchronized long firstServed() {
        return firstServed;
    }

    /** When an instance last did, {@link System#nanoTime}; 0 for never. */
    long servedAt(int instance) {
        return servedAt.get(instance);
    }

    /** When any of them last did, {@link System#nanoTime}; 0 for never. */
    synchronized long latestServedAt() {
        return latest;
    }

    /** How often they did. */
    synchronized long servedCount() {
        return served;
    }

    /** The longest time, in seconds, in which none of them did. */
    synchronized double longestPauseSeconds() {
        return longestPause / 1e9;
    }

    /** Waits until all have come to an end, after {@link #stop}; at most the timeout for all. */
    void join(List<Thread> threads, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                wrong(thread.getName() + " did not end within " + timeout.toSeconds() + " s");
            }
        }
    }

    /** Counts an answer, or what came instead of one. */
    void count(String what) {
        answers.merge(what, 1L, Long::sum);
    }

    /** What was answered, and how often. */
    Map<String, Long> answers() {
        return answers;
    }

    /** Notes something that must not happen, whatever is killed; the first twenty, shortened. */
    synchronized void wrong(String what) {
        String named = what.length() <= LENGTH_MAX ? what : what.substring(0, LENGTH_MAX) + "…";
        if (wrong.size() < NAMED_MAX && !wrong.contains(named)) {
            wrong.add(named);
        }
    }

    /** What must not have happened. */
    synchronized List<String> allWrong() {
        return List.copyOf(wrong);
    }
}
