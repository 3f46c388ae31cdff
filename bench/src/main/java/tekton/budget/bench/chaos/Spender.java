package tekton.budget.bench.chaos;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.kill.AckLog;
import tekton.budget.bench.kill.SenderBoard;
import tekton.budget.bench.kill.Shot;
import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.LedgerCall;
import tekton.budget.bench.ledger.Wanted;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Is granted an allocation, reports usage of it, waits until the ledger knows of that, and mostly
 * gives the rest back. Whatever is not answered is asked again of the next instance, under the same
 * key or id. One thread.
 */
final class Spender implements Runnable {

    private static final long TOKENS_MIN = 500;
    private static final long TOKENS_MAX = 3_000;
    private static final int GIVE_BACK_PERCENT = 80;
    private static final int KNOWN_TRIES = 100;
    private static final long PAUSE_MS = 100;
    private static final long THINK_MS = 300;
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final String name;
    private final String budgetId;
    private final List<LedgerApi> instances;
    private final SenderBoard board;
    private final AckLog log;
    private final SplittableRandom random;
    private int current;
    private final AtomicLong heldTokens = new AtomicLong();
    private final AtomicInteger grants = new AtomicInteger();

    Spender(
            String name,
            String budgetId,
            List<InetSocketAddress> addresses,
            SenderBoard board,
            AckLog log,
            SplittableRandom random) {
        this.name = name;
        this.budgetId = budgetId;
        this.instances = addresses.stream().map(at -> new LedgerApi(at, ANSWER)).toList();
        this.board = board;
        this.log = log;
        this.random = random;
        this.current = random.nextInt(instances.size());
    }

    @Override
    public void run() {
        try (log) {
            for (int i = 0; !board.stop.get(); i++) {
                spend(name + '-' + i);
                TimeUnit.MILLISECONDS.sleep(random.nextLong(2 * THINK_MS));
            }
        } catch (InterruptedException e) {
            board.wrong(name + " was interrupted");
        } catch (IOException | RuntimeException e) {
            board.wrong(name + " failed: " + e);
        } finally {
            instances.forEach(LedgerApi::close);
        }
    }

    private void spend(String key) throws InterruptedException {
        long tokens = random.nextLong(TOKENS_MIN, TOKENS_MAX + 1);
        Wanted wanted = new Wanted(budgetId, "chaos-" + name, tokens);
        Optional<LedgerAnswer> answer =
                untilAnswered("allocation " + key, api -> api.allocate(wanted, key));
        if (answer.isEmpty() || answer.get().status() == 402) {
            return;
        }
        String id = answer.get().text("allocation_id");
        if (answer.get().status() != 201 || id.isEmpty()) {
            board.wrong("an allocation was answered " + answer.get());
            return;
        }
        grants.incrementAndGet();
        long used = random.nextLong(1, tokens + 1);
        Shot shot = Spenders.shot(wanted.contextId(), key, id, used);
        byte[] body = shot.json().getBytes(StandardCharsets.UTF_8);
        Optional<LedgerAnswer> taken =
                untilAnswered("usage " + key, api -> api.post("/api/usage/record", "", body));
        if (taken.isEmpty() || taken.get().status() != 201) {
            taken.ifPresent(other -> board.wrong("usage was answered " + other));
            // It may be in the topic or not, so all of the allocation may be spent or held.
            return;
        }
        log.add(List.of(shot));
        boolean givesBack = random.nextInt(100) < GIVE_BACK_PERCENT;
        if (!givesBack || !isKnown(id, used) || !released(id)) {
            heldTokens.addAndGet(tokens - used);
        }
    }

    /** What is given back before the ledger has heard of the usage might be granted twice. */
    private boolean isKnown(String allocationId, long used) throws InterruptedException {
        String path = "/api/allocations/" + allocationId;
        for (int i = 0; i < KNOWN_TRIES; i++) {
            Optional<LedgerAnswer> found = untilAnswered(path, api -> api.get(path, ""));
            if (found.isEmpty()) {
                return false;
            }
            if (found.get().status() != 200) {
                board.wrong("a granted allocation was answered " + found.get());
                return false;
            }
            if (found.get().has("tokens_used", BigDecimal.valueOf(used))) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        return false;
    }

    private boolean released(String allocationId) throws InterruptedException {
        Optional<LedgerAnswer> answer =
                untilAnswered("release of " + allocationId, api -> api.release(allocationId));
        if (answer.isPresent() && answer.get().status() != 200) {
            board.wrong("a release was answered " + answer.get());
        }
        return answer.isPresent() && answer.get().status() == 200;
    }

    private Optional<LedgerAnswer> untilAnswered(String what, LedgerCall call)
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
        board.wrong("no answer for minutes, " + what + ": " + last);
        return Optional.empty();
    }

    /** How much of what was granted is neither used nor given back. */
    long heldTokens() {
        return heldTokens.get();
    }

    /** How often something was granted. */
    int grants() {
        return grants.get();
    }
}
