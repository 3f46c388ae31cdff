package tekton.budget.api.usage;

import tekton.budget.api.http.ProblemException;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds the bytes of all bodies that are held whole at once. Any thread. */
final class BodyMemory {

    private final int bodyBytesMax;
    private final Duration patience;
    private final Semaphore bytesLeft;

    /**
     * Room for so many of the largest bodies.
     *
     * @param bodyBytesMax the most bytes of one
     * @param patience how long one waits for room
     */
    BodyMemory(int bodyBytesMax, int bodies, Duration patience) {
        this.bodyBytesMax = bodyBytesMax;
        this.patience = patience;
        bytesLeft = new Semaphore(bodyBytesMax * bodies);
    }

    /**
     * Takes room for a body, to be given back.
     *
     * @param length its bytes; below 0 where nobody says
     * @return what to give back
     * @throws ProblemException 503 if there is no room in time
     */
    int take(long length) throws InterruptedException {
        int bytes = length >= 0 && length < bodyBytesMax ? (int) length : bodyBytesMax;
        if (!bytesLeft.tryAcquire(bytes, patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ProblemException(
                    UsageServlet.unavailable(
                            "nothing was written: too many large bodies are being read at once"));
        }
        return bytes;
    }

    /** Gives back what {@link #take} took. */
    void giveBack(int bytes) {
        bytesLeft.release(bytes);
    }
}
