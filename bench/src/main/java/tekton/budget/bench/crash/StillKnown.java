package tekton.budget.bench.crash;

import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerCall;
import tekton.budget.bench.ledger.LedgerInstances;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Whether every decision that a caller was told still stands, asked of a service killed since. */
final class StillKnown {

    private static final int AT_ONCE = 8;
    private static final int REPEATS_MAX = 200;
    private static final int GRANTS_MAX = 50_000;
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final List<InetSocketAddress> addresses;
    private final AnswerLog log;
    private final WorkloadBoard board;
    private final AtomicInteger asked = new AtomicInteger();

    StillKnown(List<InetSocketAddress> addresses, AnswerLog log, WorkloadBoard board) {
        this.addresses = addresses;
        this.log = log;
        this.board = board;
    }

    /**
     * Asks for every allocation, of very many for some, and again under some of the keys; what
     * comes of the latter goes into the log like the first answers.
     *
     * @return how many questions were asked
     */
    int ask(List<AllocationAnswer> answers) throws InterruptedException {
        Set<String> released = new HashSet<>();
        Queue<AllocationAnswer> grants = new ConcurrentLinkedQueue<>();
        Queue<AllocationAnswer> keyed = new ConcurrentLinkedQueue<>();
        int every = 1 + answers.size() / REPEATS_MAX;
        int everyGrant = 1 + answers.size() / GRANTS_MAX;
        for (int i = 0; i < answers.size(); i++) {
            AllocationAnswer answered = answers.get(i);
            switch (answered.outcome()) {
                case RELEASED -> released.add(answered.allocationId());
                case GRANTED -> {
                    if (i % everyGrant == 0) {
                        grants.add(answered);
                    }
                }
                case REFUSED -> {
                    // Nothing is kept of it but what the key remembers.
                }
            }
            if (i % every == 0 && !answered.key().isEmpty()) {
                keyed.add(answered);
            }
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            int first = i;
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("still-known-" + i)
                            .start(() -> askAll(first, grants, keyed, released)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return asked.get();
    }

    private void askAll(
            int first,
            Queue<AllocationAnswer> grants,
            Queue<AllocationAnswer> keyed,
            Set<String> released) {
        try (LedgerInstances instances =
                new LedgerInstances(addresses, ANSWER, first, board::wrong)) {
            for (AllocationAnswer next = grants.poll(); next != null; next = grants.poll()) {
                known(instances, next, released.contains(next.allocationId()));
            }
            for (AllocationAnswer next = keyed.poll(); next != null; next = keyed.poll()) {
                repeat(instances, next);
            }
        } catch (InterruptedException e) {
            board.wrong("asking after the restart was interrupted");
        } catch (IOException | RuntimeException e) {
            board.wrong("asking after the restart failed: " + e);
        }
    }

    private void known(LedgerInstances instances, AllocationAnswer granted, boolean released)
            throws InterruptedException {
        String path = "/api/allocations/" + granted.allocationId();
        Optional<LedgerAnswer> found = ask(instances, path, api -> api.get(path, ""));
        if (found.isEmpty()) {
            return;
        }
        LedgerAnswer answer = found.get();
        if (answer.status() != 200
                || !answer.text("allocation_id").equals(granted.allocationId())
                || answer.body().path("tokens_allocated").asLong(-1) != granted.wanted().tokens()
                || answer.body().path("is_active").asBoolean(released) == released) {
            board.wrong(
                    "after the restart %s (%s) is %s"
                            .formatted(granted, released ? "released" : "open", answer));
        }
    }

    /** The same request under the same key: told the same. */
    private void repeat(LedgerInstances instances, AllocationAnswer first)
            throws IOException, InterruptedException {
        Optional<LedgerAnswer> found =
                ask(
                        instances,
                        "repeat of " + first,
                        api -> api.allocate(first.wanted(), first.key()));
        if (found.isEmpty()) {
            return;
        }
        LedgerAnswer answer = found.get();
        if (answer.status() != (first.isGranted() ? 201 : 402)) {
            board.wrong("after the restart the repeat of %s is %s".formatted(first, answer));
        } else {
            log.add(AllocationAnswer.of(answer, first.key(), first.wanted()));
        }
    }

    private Optional<LedgerAnswer> ask(LedgerInstances instances, String what, LedgerCall call)
            throws InterruptedException {
        asked.incrementAndGet();
        return instances.untilAnswered("after the restart " + what, call);
    }
}
