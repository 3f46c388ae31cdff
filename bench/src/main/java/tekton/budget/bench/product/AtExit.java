package tekton.budget.bench.product;

import java.util.ArrayList;
import java.util.List;

/**
 * What is done when this program ends, by itself or by Ctrl-C: first what brings the work to a
 * clean end, one after the other, then, at the same time, what ends the processes that were
 * started. Shutdown hooks by themselves have no order. Thread-safe.
 */
public final class AtExit {

    private static final List<Runnable> FIRST = new ArrayList<>();
    private static final List<Runnable> LAST = new ArrayList<>();

    static {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(AtExit::run));
    }

    private AtExit() {}

    /** Before any process is ended. It must come to an end by itself. */
    public static void first(Runnable task) {
        synchronized (FIRST) {
            FIRST.add(task);
        }
    }

    /** To end processes. */
    static void last(Runnable task) {
        synchronized (LAST) {
            LAST.add(task);
        }
    }

    private static void run() {
        tasks(FIRST).forEach(Runnable::run);
        List<Thread> enders =
                tasks(LAST).stream().map(task -> Thread.ofPlatform().start(task)).toList();
        try {
            for (Thread ender : enders) {
                ender.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Runnable> tasks(List<Runnable> tasks) {
        synchronized (tasks) {
            return List.copyOf(tasks);
        }
    }
}
