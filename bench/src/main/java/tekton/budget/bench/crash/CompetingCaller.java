package tekton.budget.bench.crash;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.LedgerCall;
import tekton.budget.bench.ledger.Wanted;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Asks any process for allocations of any size, one after the other. Most requests carry an
 * idempotency key and are repeated, perhaps to another process, until there is a decision; the
 * others are given up when there is none. What was refused makes it give something back, so that
 * there is a fight for the last tokens until the end. One thread each.
 */
final class CompetingCaller implements Runnable {

    /** The smallest request. */
    static final long SMALLEST = 10;

    private static final long LARGEST = 2_000;
    private static final int KEYED_PERCENT = 80;
    private static final int AGAIN_PERCENT = 5;
    private static final int CONFLICT_PERCENT = 1;
    private static final int GIVE_BACK_PERCENT = 30;
    private static final long PAUSE_MS = 50;
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final CallerSetup shared;
    private final SplittableRandom random;
    private final int number;
    private final String name;
    private final List<LedgerApi> processes;
    private final List<AllocationAnswer> held = new ArrayList<>();
    private int keys;

    /**
     * What all callers share.
     *
     * @param addresses of all processes
     * @param arenas the budgets they fight for
     * @param thinkMs mean pause between two requests
     */
    record CallerSetup(
            List<InetSocketAddress> addresses,
            List<Arena> arenas,
            WorkloadBoard board,
            AnswerLog log,
            int thinkMs) {}

    CompetingCaller(CallerSetup shared, int number, SplittableRandom random) {
        this.shared = shared;
        this.random = random;
        this.number = number;
        name = "overspend-" + number;
        processes = shared.addresses.stream().map(at -> new LedgerApi(at, ANSWER)).toList();
    }

    @Override
    public void run() {
        try {
            while (!shared.board.stop.get()) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(2 * shared.thinkMs + 1));
                step(shared.arenas.get(random.nextInt(shared.arenas.size())));
            }
            for (Arena arena : shared.arenas) {
                for (String model : arena.models()) {
                    takeWhatIsLeft(arena, model);
                }
            }
        } catch (InterruptedException e) {
            shared.board.wrong(name + " was interrupted");
        } catch (IOException | RuntimeException e) {
            shared.board.wrong(name + " failed: " + e);
        } finally {
            processes.forEach(LedgerApi::close);
        }
    }

    private void step(Arena arena) throws IOException, InterruptedException {
        long tokens = random.nextLong(SMALLEST, LARGEST + 1);
        String model = arena.models().get(random.nextInt(arena.models().size()));
        Wanted wanted = wanted(arena, tokens, model, random.nextLong(arena.requestsMax()) + 1);
        String key = chance(KEYED_PERCENT) ? newKey() : "";
        Optional<AllocationAnswer> answered = ask(wanted, key);
        if (answered.isEmpty()) {
            return;
        }
        if (answered.get().isGranted()) {
            held.add(answered.get());
        } else if (chance(GIVE_BACK_PERCENT) && !held.isEmpty()) {
            release(held.remove(random.nextInt(held.size())));
        }
        if (!key.isEmpty() && chance(AGAIN_PERCENT)) {
            ask(wanted, key);
        }
        if (!key.isEmpty() && chance(CONFLICT_PERCENT)) {
            contradict(wanted(arena, tokens + 1, model, wanted.requests()), key);
        }
    }

    private Wanted wanted(Arena arena, long tokens, String model, long requests) {
        String contextId = arena.contexts().get(number % arena.contexts().size());
        return new Wanted(arena.budgetId(), contextId, tokens, model, requests);
    }

    /** Asks for less and less, until even the smallest is refused. */
    private void takeWhatIsLeft(Arena arena, String model)
            throws IOException, InterruptedException {
        long tokens = LARGEST;
        while (true) {
            Optional<AllocationAnswer> answered = ask(wanted(arena, tokens, model, 1), newKey());
            if (answered.isEmpty()) {
                return;
            }
            if (answered.get().isGranted()) {
                continue;
            }
            if (tokens == SMALLEST) {
                return;
            }
            tokens = Math.max(SMALLEST, tokens / 2);
        }
    }

    /** The decision; empty when there is none and no key to ask for it again. */
    private Optional<AllocationAnswer> ask(Wanted wanted, String key)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            int process = random.nextInt(processes.size());
            long asked = System.nanoTime();
            Optional<LedgerAnswer> answer = attempt(process, api -> api.allocate(wanted, key));
            if (answer.isPresent() && !answer.get().isTransient()) {
                LedgerAnswer decided = answer.get();
                if (decided.status() != 201 && decided.status() != 402) {
                    shared.board.wrong("an allocation was answered " + decided);
                    return Optional.empty();
                }
                shared.board.served(process, asked);
                AllocationAnswer answered = AllocationAnswer.of(decided, key, wanted);
                shared.log.add(answered);
                return Optional.of(answered);
            }
            if (key.isEmpty()) {
                return Optional.empty();
            }
            if (CheckTimeout.isOver(begun)) {
                shared.board.wrong("no decision for key " + key + ": " + answer);
                return Optional.empty();
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS + random.nextInt(200));
        }
    }

    private void release(AllocationAnswer granted) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (!CheckTimeout.isOver(begun)) {
            Optional<LedgerAnswer> answer =
                    attempt(
                            random.nextInt(processes.size()),
                            api -> api.release(granted.allocationId()));
            if (answer.isPresent() && !answer.get().isTransient()) {
                if (answer.get().status() == 200) {
                    shared.log.add(AllocationAnswer.released(granted));
                } else {
                    shared.board.wrong("a release was answered " + answer.get());
                }
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS + random.nextInt(200));
        }
        shared.board.wrong("no decision about the release of " + granted.allocationId());
    }

    /** Another request under a key that has been decided. */
    private void contradict(Wanted other, String key) {
        attempt(random.nextInt(processes.size()), api -> api.allocate(other, key))
                .filter(answer -> !answer.isTransient() && answer.status() != 409)
                .ifPresent(
                        answer ->
                                shared.board.wrong(
                                        "another request under a used key was answered " + answer));
    }

    private Optional<LedgerAnswer> attempt(int process, LedgerCall call) {
        try {
            LedgerAnswer answer = call.on(processes.get(process));
            shared.board.count(answer.status() + " " + answer.text("code"));
            return Optional.of(answer);
        } catch (IOException e) {
            shared.board.count("none: " + e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    private String newKey() {
        return name + '-' + keys++;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
