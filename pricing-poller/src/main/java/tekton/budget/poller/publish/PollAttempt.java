package tekton.budget.poller.publish;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.poller.source.Sources;
import tekton.budget.poller.source.Sources.Answers;

import java.util.List;

/** One poll under way: the sources are being asked in a thread of its own. */
final class PollAttempt {

    private static final Logger LOG = LoggerFactory.getLogger(PollAttempt.class);

    private final List<String> askedFor;
    private final Thread thread;
    private volatile @Nullable Answers answers;
    private volatile boolean over;

    /**
     * Begins to ask.
     *
     * @param askedFor the requests that wait for it
     * @param whenOver told, in any thread, that it is over
     */
    PollAttempt(Sources sources, List<String> askedFor, Runnable whenOver) {
        this.askedFor = List.copyOf(askedFor);
        thread =
                Thread.ofVirtual()
                        .name("price-sources")
                        .start(
                                () -> {
                                    try {
                                        answers = sources.read();
                                    } catch (InterruptedException cancelled) {
                                        LOG.trace("cancelled", cancelled);
                                    } finally {
                                        over = true;
                                        whenOver.run();
                                    }
                                });
    }

    List<String> askedFor() {
        return askedFor;
    }

    boolean isOver() {
        return over;
    }

    /** The answers, once it is over; null when it was cancelled or has failed. */
    @Nullable Answers answers() {
        return answers;
    }

    void cancel() {
        thread.interrupt();
    }
}
