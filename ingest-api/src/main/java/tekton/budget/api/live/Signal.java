package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

/**
 * What one connection's thread waits at: news, its heartbeat, and the end. Rings that nobody has
 * answered yet are one. Thread-safe; one thread waits.
 */
final class Signal {

    private boolean news;
    private boolean beat;
    private @Nullable Ending ending;

    /** Why a connection ends. */
    enum Ending {
        /** The client is gone. */
        GONE,
        /** This process stops. */
        STOPPING
    }

    /**
     * Why it has rung.
     *
     * @param beat true when a heartbeat is due
     * @param ending why it is over; null while it is not
     */
    record Ring(boolean beat, @Nullable Ending ending) {}

    /** There is something to read. */
    synchronized void news() {
        news = true;
        notifyAll();
    }

    /** A heartbeat is due. */
    synchronized void beat() {
        beat = true;
        notifyAll();
    }

    /** It is over; the first reason stands. */
    synchronized void end(Ending why) {
        if (ending == null) {
            ending = why;
            notifyAll();
        }
    }

    /** Waits until it rings. */
    synchronized Ring await() throws InterruptedException {
        while (!news && !beat && ending == null) {
            wait();
        }
        Ring ring = new Ring(beat, ending);
        news = false;
        beat = false;
        return ring;
    }
}
