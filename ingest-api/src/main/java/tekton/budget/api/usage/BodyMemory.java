package tekton.budget.api.usage;

import tekton.budget.api.fair.CallerTurns;
import tekton.budget.api.fair.CallerTurns.TurnOutcome;
import tekton.budget.api.http.BodyRoom;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;

import java.time.Duration;

/**
 * Bounds the bytes of all bodies that are held whole at once, and of those of one caller. A body
 * takes room as it arrives, in two steps: when it is no longer small, and when it is large. Whoever
 * has room for a large one waits for nothing more, so bodies never wait for each other in a ring.
 * What is small takes none: small bodies get their answers whatever large ones do. Any thread.
 */
final class BodyMemory {

    /** What is no longer takes no room. */
    static final int SMALL_BYTES = 64 * 1024;

    /** What is longer takes the room of the largest. */
    static final int MIDDLING_BYTES = 1024 * 1024;

    /** All that are middling, and what large ones had before they were. */
    private static final int MIDDLING_ROOM = 16 * MIDDLING_BYTES;

    private static final int WAITING_MAX = 64;

    private final int largeMax;
    private final Duration patience;
    private final CallerTurns middlingBytes =
            new CallerTurns(MIDDLING_ROOM, MIDDLING_ROOM / 2, WAITING_MAX);
    private final CallerTurns largeBodies;

    /**
     * Room for so many large bodies beside the middling ones.
     *
     * @param largeMax how many; one caller may have all but one of them
     * @param patience how long one waits for room
     */
    BodyMemory(int largeMax, Duration patience) {
        this.largeMax = largeMax;
        this.patience = patience;
        largeBodies = new CallerTurns(largeMax, largeMax - 1, WAITING_MAX);
    }

    /** Room for one body of a caller, none of it taken. */
    HeldRoom of(String caller) {
        return new HeldRoom(caller);
    }

    /** What one body has taken; closing gives it back. One thread. */
    final class HeldRoom implements BodyRoom, AutoCloseable {

        private final String caller;
        private int middling;
        private boolean large;

        private HeldRoom(String caller) {
            this.caller = caller;
        }

        @Override
        public void grow(int bytes, int most) {
            if (bytes > SMALL_BYTES && middling == 0) {
                int wanted = Math.min(most, MIDDLING_BYTES);
                take(middlingBytes, wanted, "%d MiB".formatted(MIDDLING_ROOM >> 20));
                middling = wanted;
            }
            if (bytes > MIDDLING_BYTES && !large) {
                take(largeBodies, 1, "%d above 1 MiB".formatted(largeMax));
                large = true;
            }
        }

        private void take(CallerTurns from, int count, String all) {
            TurnOutcome outcome;
            try {
                outcome = from.take(caller, count, patience.toNanos());
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new ProblemException(
                        UsageServlet.unavailable("nothing was written: Budget is stopping"));
            }
            switch (outcome) {
                case TAKEN -> {
                    // The body grows.
                }
                case OWN_SHARE_TAKEN ->
                        throw new ProblemException(
                                Problem.retryLater(
                                        ProblemType.TOO_MANY_REQUESTS,
                                        "nothing was written: too many large bodies of this caller"
                                                + " are being read at once",
                                        UsageServlet.RETRY_AFTER));
                case ALL_TAKEN ->
                        throw new ProblemException(
                                UsageServlet.unavailable(
                                        "nothing was written: too many large bodies are being read"
                                                + " at once (expected: at most %s)"
                                                        .formatted(all)));
            }
        }

        @Override
        public void close() {
            if (large) {
                largeBodies.back(caller);
                large = false;
            }
            if (middling > 0) {
                middlingBytes.back(caller, middling);
                middling = 0;
            }
        }
    }
}
