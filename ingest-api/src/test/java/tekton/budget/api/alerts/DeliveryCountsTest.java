package tekton.budget.api.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.Delivery.DeliveryState;
import tekton.budget.alert.Channel;

import java.util.List;

class DeliveryCountsTest {

    private final DeliveryCounts counts = new DeliveryCounts();

    @Test
    void shouldCountAttemptsByKindAndOutcome() {
        counts.attempted(Channel.ChannelKind.WEBHOOK, delivery("d", DeliveryState.PENDING, 0));
        counts.attempted(Channel.ChannelKind.WEBHOOK, delivery("d", DeliveryState.PENDING, 1));
        counts.attempted(Channel.ChannelKind.WEBHOOK, delivery("d", DeliveryState.PENDING, 2));
        counts.attempted(Channel.ChannelKind.WEBHOOK, delivery("d", DeliveryState.DELIVERED, 3));
        counts.attempted(Channel.ChannelKind.SLACK, delivery("e", DeliveryState.FAILED, 1));
        counts.attempted(null, delivery("f", DeliveryState.DELIVERED, 1));

        assertThat(counts.attempts("webhook", false)).isEqualTo(2);
        assertThat(counts.attempts("webhook", true)).isEqualTo(1);
        assertThat(counts.attempts("slack", false)).isEqualTo(1);
        assertThat(counts.attempts("log", true)).isZero();
        assertThat(counts.attempts(DeliveryCounts.UNKNOWN_KIND, true)).isEqualTo(1);
    }

    @Test
    void shouldKnowWhatIsPendingWithinItsBound() {
        counts.stands(delivery("d", DeliveryState.PENDING, 0));
        counts.stands(delivery("e", DeliveryState.PENDING, 0));
        counts.stands(delivery("d", DeliveryState.PENDING, 1));
        assertThat(counts.pending()).isEqualTo(2);

        counts.stands(delivery("d", DeliveryState.DELIVERED, 2));
        counts.stands(delivery("unheard of", DeliveryState.FAILED, 1));
        assertThat(counts.pending()).isEqualTo(1);

        for (int i = 0; i <= DeliveryCounts.PENDING_MAX; i++) {
            counts.stands(delivery("many-" + i, DeliveryState.PENDING, 0));
        }
        assertThat(counts.pending()).isEqualTo(DeliveryCounts.PENDING_MAX);
    }

    private static Delivery delivery(String id, DeliveryState state, int tries) {
        return new Delivery(id, "event", "channel", null, state, List.of(), tries, null);
    }
}
