package tekton.budget.bench.crash;

import tekton.budget.bench.http.CheckTimeout;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends new records at a rate, now and then one again, and each until it is acknowledged. One way
 * in for each subclass; one thread each.
 */
abstract class Sender implements Runnable {

    private static final long PAUSE_MS = 100;
    private static final double DUPLICATES = 0.05;
    private static final double CONFLICTS = 0.001;

    final SplittableRandom random;
    private final Traffic traffic;
    private final Sent sent;
    final SenderBoard board;
    final WayIn way;
    private final AckLog log;
    private final int atOnce;
    private final double perSecond;
    private final List<String> refusals = new ArrayList<>();

    /** One in which so much of everything goes one way. */
    Sender(Parts parts, SplittableRandom random, AckLog log, SenderShare share) {
        this.way = share.way();
        this.traffic = parts.traffic();
        this.sent = parts.sent();
        this.board = parts.board();
        this.random = random;
        this.log = log;
        this.atOnce = share.atOnce();
        this.perSecond = share.perSecond();
    }

    /**
     * What one sender does.
     *
     * @param atOnce records in one request
     * @param perSecond records per second
     */
    record SenderShare(WayIn way, int atOnce, double perSecond) {}

    /** What all senders share. */
    record Parts(Traffic traffic, Sent sent, SenderBoard board) {}

    /**
     * Tries once.
     *
     * @return the records that were not acknowledged
     * @throws IOException if there was no answer
     */
    abstract List<Shot> attempt(List<Shot> shots) throws IOException, InterruptedException;

    /** How many instances {@link #attempt} tries one after the other. */
    int ways() {
        return 1;
    }

    /** Called between requests, for what a way in does besides. */
    void between() throws InterruptedException {}

    @Override
    public void run() {
        long intended = System.nanoTime();
        try (log) {
            while (!board.stop.get()) {
                List<Shot> shots = new ArrayList<>(atOnce);
                int fresh = choose(shots);
                if (sendUntilAcknowledged(shots)) {
                    board.sent(way, fresh);
                }
                between();
                intended += (long) (atOnce * 1e9 / perSecond);
                long now = System.nanoTime();
                // What an outage held up is not caught up with: the kills set the pace.
                intended = Math.max(intended, now - TimeUnit.SECONDS.toNanos(1));
                TimeUnit.NANOSECONDS.sleep(Math.max(0, intended - now));
            }
        } catch (InterruptedException e) {
            board.wrong("a sender was interrupted");
        } catch (IOException | RuntimeException e) {
            board.wrong("a sender failed: " + e);
        }
    }

    /** How many of them nobody has sent before. */
    private int choose(List<Shot> shots) {
        int fresh = 0;
        while (shots.size() < atOnce) {
            double dice = random.nextDouble();
            if (dice < CONFLICTS && way.wording() == Wording.OWN) {
                sent.anyStandingRight(random)
                        .ifPresent(
                                shot -> {
                                    board.conflicts.incrementAndGet();
                                    shots.add(traffic.conflictWith(shot));
                                });
            } else if (dice < CONFLICTS + DUPLICATES) {
                sent.any(way.wording(), random)
                        .ifPresent(
                                shot -> {
                                    board.duplicates.incrementAndGet();
                                    shots.add(shot);
                                });
            } else {
                shots.add(traffic.next(way.wording()));
                fresh++;
            }
        }
        return fresh;
    }

    private boolean sendUntilAcknowledged(List<Shot> shots) throws InterruptedException {
        long begun = System.nanoTime();
        List<Shot> open = shots;
        int inVain = 0;
        boolean late = false;
        refusals.clear();
        boolean restarting = board.restarting.get();
        while (true) {
            try {
                List<Shot> stillOpen = attempt(open);
                if (stillOpen.size() < open.size()) {
                    List<Shot> acknowledged = new ArrayList<>(open);
                    acknowledged.removeAll(stillOpen);
                    log.add(acknowledged);
                    inVain = -1;
                    acknowledged.forEach(shot -> sent.add(way.wording(), shot, standsRight(shot)));
                }
                open = stillOpen;
            } catch (IOException e) {
                late |= e.getCause() instanceof SocketTimeoutException;
                retried(way.word() + ": " + e.getMessage());
            }
            if (open.isEmpty()) {
                return true;
            }
            if (CheckTimeout.isOver(begun)) {
                board.gaveUp.addAndGet(open.size());
                return false;
            }
            inVain++;
            if (inVain % ways() != 0) {
                continue;
            }
            // An instance that has not answered yet has not refused.
            if (ways() > 1 && inVain > 0 && !late && restarting && board.restarting.get()) {
                board.refusedByAll.incrementAndGet();
                board.count("by every instance: " + String.join(", then ", refusals));
            }
            refusals.clear();
            late = false;
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            restarting = board.restarting.get();
        }
    }

    /** Counts an answer that was no acknowledgement. */
    void retried(String why) {
        refusals.add(why);
        board.retried(why);
    }

    /** Whether a record that this way in has acknowledged is sure to stand where it should. */
    boolean standsRight(Shot shot) {
        return true;
    }
}
