package tekton.budget.alerting.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.Delivery.DeliveryState;
import tekton.budget.alerting.Events;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;

class AttemptsTest {

    private static final Attempts ATTEMPTS = new Attempts(3, Duration.ofSeconds(5));

    private final RandomGenerator chance = new Random(1);

    @Test
    void shouldWaitLongerEachTimeUpToABoundAndNeverExactly() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(ATTEMPTS.pauseMs(1, chance)).isBetween(4_000L, 6_000L);
            assertThat(ATTEMPTS.pauseMs(2, chance)).isBetween(16_000L, 24_000L);
            long most = Attempts.PAUSE_MAX.toMillis();
            assertThat(ATTEMPTS.pauseMs(20, chance)).isBetween(most * 8 / 10, most * 12 / 10);
        }
        assertThat(ATTEMPTS.pauseMs(1, chance)).isNotEqualTo(ATTEMPTS.pauseMs(1, chance));
    }

    @Test
    void shouldTryUntilTheBoundAndKeepEveryAttempt() {
        Delivery delivery = Attempts.planned(Events.event("5f0c"), "ops", "", 0);

        delivery = ATTEMPTS.after(delivery, DeliveryResult.of(500), 1_000, chance);
        assertThat(delivery.state()).isEqualTo(DeliveryState.PENDING);
        assertThat(delivery.nextAtMs()).isBetween(5_000L, 7_000L);
        delivery = ATTEMPTS.after(delivery, DeliveryResult.of(302), 2_000, chance);
        delivery = ATTEMPTS.after(delivery, DeliveryResult.of(503), 3_000, chance);

        assertThat(delivery.state()).isEqualTo(DeliveryState.FAILED);
        assertThat(delivery.event()).isNull();
        assertThat(delivery.nextAtMs()).isNull();
        assertThat(delivery.attempts())
                .extracting(Delivery.DeliveryAttempt::status)
                .containsExactly(500, 302, 503);
    }

    @Test
    void shouldEndWhenItIsTakenAndWhenTheTargetIsGone() {
        Delivery delivery = Attempts.planned(Events.event("5f0c"), "ops", "/0199", 0);

        assertThat(ATTEMPTS.after(delivery, DeliveryResult.of(299), 1, chance).state())
                .isEqualTo(DeliveryState.DELIVERED);
        assertThat(ATTEMPTS.after(delivery, DeliveryResult.of(410), 1, chance).state())
                .isEqualTo(DeliveryState.FAILED);
        assertThat(delivery.deliveryId()).isEqualTo("5f0c/ops/0199");
    }
}
