package tekton.budget.bench.crash;

import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerInstances;
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
    private final String model;
    private final LedgerInstances instances;
    private final SenderBoard board;
    private final AckLog log;
    private final SplittableRandom random;
    private final AtomicLong heldTokens = new AtomicLong();
    private final AtomicInteger grants = new AtomicInteger();
    private final AtomicLong decided = new AtomicLong();

    Spender(
            String name,
            String budgetId,
            String model,
            List<InetSocketAddress> addresses,
            SenderBoard board,
            AckLog log,
            SplittableRandom random) {
        this.name = name;
        this.budgetId = budgetId;
        this.model = model;
        this.instances =
                new LedgerInstances(
                        addresses, ANSWER, random.nextInt(addresses.size()), board::wrong);
        this.board = board;
        this.log = log;
        this.random = random;
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
            instances.close();
        }
    }

    private void spend(String key) throws InterruptedException {
        long tokens = random.nextLong(TOKENS_MIN, TOKENS_MAX + 1);
        Wanted wanted = new Wanted(budgetId, "chaos-" + name, tokens, model, 1);
        Optional<LedgerAnswer> answer =
                instances.untilAnswered("allocation " + key, api -> api.allocate(wanted, key));
        if (answer.isPresent()) {
            decided.incrementAndGet();
        }
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
        Shot shot = Spenders.shot(wanted, key, id, used);
        byte[] body = shot.json().getBytes(StandardCharsets.UTF_8);
        Optional<LedgerAnswer> taken =
                instances.untilAnswered(
                        "usage " + key, api -> api.post("/api/usage/record", "", body));
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
            Optional<LedgerAnswer> found = instances.untilAnswered(path, api -> api.get(path, ""));
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
                instances.untilAnswered(
                        "release of " + allocationId, api -> api.release(allocationId));
        if (answer.isPresent() && answer.get().status() != 200) {
            board.wrong("a release was answered " + answer.get());
        }
        return answer.isPresent() && answer.get().status() == 200;
    }

    /** How much of what was granted is neither used nor given back. */
    long heldTokens() {
        return heldTokens.get();
    }

    /** How often something was granted or refused. */
    long decided() {
        return decided.get();
    }

    /** How often something was granted. */
    int grants() {
        return grants.get();
    }
}
