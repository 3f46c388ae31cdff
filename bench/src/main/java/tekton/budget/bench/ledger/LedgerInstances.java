package tekton.budget.bench.ledger;

import tekton.budget.bench.http.CheckTimeout;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** All instances of the product: what one does not answer is asked of the next. One thread. */
public final class LedgerInstances implements AutoCloseable {

    private static final long PAUSE_MS = 100;

    private final List<LedgerApi> instances;
    private final Consumer<String> wrong;
    private int current;

    /**
     * @param answerTimeout how long an answer may take, before the next is asked
     * @param first who is asked first; any number
     * @param wrong is told what nobody has answered
     */
    public LedgerInstances(
            List<InetSocketAddress> addresses,
            Duration answerTimeout,
            int first,
            Consumer<String> wrong) {
        instances = addresses.stream().map(at -> new LedgerApi(at, answerTimeout)).toList();
        current = Math.floorMod(first, instances.size());
        this.wrong = wrong;
    }

    /**
     * Asks one after the other, first who answered last, until there is an answer.
     *
     * @param what is asked for, to be named when there is none
     * @return empty if nobody answers for {@link CheckTimeout#LIMIT}
     */
    public Optional<LedgerAnswer> untilAnswered(String what, LedgerCall call)
            throws InterruptedException {
        long begun = System.nanoTime();
        String last = "";
        for (int i = 1; !CheckTimeout.isOver(begun); i++) {
            try {
                LedgerAnswer answer = call.on(instances.get(current));
                if (!answer.isTransient()) {
                    return Optional.of(answer);
                }
                last = answer.toString();
            } catch (IOException e) {
                last = e.toString();
            }
            current = (current + 1) % instances.size();
            if (i % instances.size() == 0) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        }
        wrong.accept("no answer for minutes, " + what + ": " + last);
        return Optional.empty();
    }

    @Override
    public void close() {
        instances.forEach(LedgerApi::close);
    }
}
