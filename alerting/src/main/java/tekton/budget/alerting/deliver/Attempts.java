package tekton.budget.alerting.deliver;

import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.Delivery.DeliveryAttempt;
import tekton.budget.alert.AlertOutcome.Delivery.DeliveryState;
import tekton.budget.event.BudgetEvent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When a delivery is tried again, and when no more: after 1, 4, 16, … times the first pause, at
 * most {@link #PAUSE_MAX}, each a fifth more or less by chance, so that what failed together does
 * not come back together.
 *
 * @param triesMax how often a delivery is tried
 * @param firstPause the pause after the first failure
 */
public record Attempts(int triesMax, Duration firstPause) {

    /** The longest pause, before chance. */
    static final Duration PAUSE_MAX = Duration.ofHours(6);

    private static final int FACTOR_BITS = 2;
    private static final int SHIFT_MAX = 16;
    private static final double CHANCE = 0.2;

    /**
     * A delivery that has not been tried.
     *
     * @param again which repetition it is, with a slash before; empty for the first
     */
    static Delivery planned(BudgetEvent event, String channelId, String again, long nowMs) {
        return new Delivery(
                event.eventId() + '/' + channelId + again,
                event.eventId(),
                channelId,
                event,
                DeliveryState.PENDING,
                List.of(),
                0,
                nowMs);
    }

    /** How a delivery stands after an attempt. */
    Delivery after(Delivery before, DeliveryResult result, long nowMs, RandomGenerator chance) {
        List<DeliveryAttempt> attempts = new ArrayList<>(before.attempts());
        attempts.add(new DeliveryAttempt(nowMs, result.status(), result.message()));
        while (attempts.size() > Delivery.ATTEMPTS_MAX) {
            attempts.removeFirst();
        }
        int tries = before.tries() + 1;
        boolean again = result.verdict() == DeliveryResult.NextStep.AGAIN && tries < triesMax;
        DeliveryState state =
                result.verdict() == DeliveryResult.NextStep.TAKEN
                        ? DeliveryState.DELIVERED
                        : again ? DeliveryState.PENDING : DeliveryState.FAILED;
        return new Delivery(
                before.deliveryId(),
                before.eventId(),
                before.channelId(),
                again ? before.event() : null,
                state,
                attempts,
                tries,
                again ? (Long) (nowMs + pauseMs(tries, chance)) : null);
    }

    long pauseMs(int tries, RandomGenerator chance) {
        int shift = Math.min(FACTOR_BITS * (tries - 1), SHIFT_MAX);
        long pause = Math.min(firstPause.toMillis() << shift, PAUSE_MAX.toMillis());
        return Math.round(pause * chance.nextDouble(1 - CHANCE, 1 + CHANCE));
    }
}
