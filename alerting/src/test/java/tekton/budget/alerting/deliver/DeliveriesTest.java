package tekton.budget.alerting.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.Delivery.DeliveryState;
import tekton.budget.alert.Channel;
import tekton.budget.alerting.Events;
import tekton.budget.event.BudgetEvent;
import tekton.budget.testbroker.Patience;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class DeliveriesTest {

    private static final int PARTITION = 2;

    private final Channels channels = new Channels();
    private final PartitionState kept = new PartitionState();
    private final Deliveries deliveries =
            new Deliveries(
                    channels,
                    kept,
                    new Attempts(3, Duration.ofMillis(10)),
                    true,
                    InstantSource.system());

    /** In memory. */
    private static final class PartitionState implements Records {
        private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        private final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();

        @Override
        public void keep(int partition, AlertOutcome outcome) {
            assertThat(partition).isEqualTo(PARTITION);
            deliveries.add((Delivery) outcome);
        }

        @Override
        public void keep(Channel channel) {
            channels.add(channel);
        }

        Delivery next() throws InterruptedException {
            return deliveries.poll(Patience.SECONDS, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void close() {
        deliveries.close();
    }

    @Test
    void shouldDeliverSigned() throws Exception {
        try (TestServer server = new TestServer(TestServer.status(200))) {
            start("5f0c", webhook("ops", server));

            assertThat(kept.next().state()).isEqualTo(DeliveryState.DELIVERED);
            TestServer.Request request = server.requests().getFirst();
            assertThat(request.headers()).containsEntry("webhook-id", "5f0c");
            assertThat(request.headers().get("webhook-signature")).startsWith("v1,");
            assertThat(request.body())
                    .startsWith(
                            "{\"type\":\"token_limit_exceeded\","
                                    + "\"timestamp\":\"2026-05-01T10:00:00Z\","
                                    + "\"data\":{\"alert_id\":\"5f0c\"");
        }
    }

    @Test
    void shouldDeliverWhatSlackUnderstands() throws Exception {
        try (TestServer server = new TestServer(TestServer.status(200))) {
            start("5f0c", channel("slack", Channel.ChannelKind.SLACK, server));

            assertThat(kept.next().state()).isEqualTo(DeliveryState.DELIVERED);
            assertThat(server.requests().getFirst().body())
                    .isEqualTo(
                            "{\"text\":\"*Daily token limit at 100 %* (error)\\n"
                                    + "All is &lt;used&gt; &amp; gone.\"}");
        }
    }

    @Test
    void shouldTryAgainUntilItIsTaken() throws Exception {
        try (TestServer server = new TestServer(TestServer.status(500))) {
            start("5f0c", webhook("ops", server));

            assertThat(kept.next().state()).isEqualTo(DeliveryState.PENDING);
            server.behave(TestServer.status(200));
            Delivery last = kept.next();
            while (last.state() == DeliveryState.PENDING) {
                last = kept.next();
            }
            assertThat(last.state()).isEqualTo(DeliveryState.DELIVERED);
            assertThat(server.requests())
                    .extracting(request -> request.headers().get("webhook-id"))
                    .containsOnly("5f0c")
                    .hasSizeGreaterThan(1);
        }
    }

    @Test
    void shouldNotLetADeadChannelDelayAnother() throws Exception {
        try (TestServer dead = new TestServer(TestServer.silence());
                TestServer alive = new TestServer(TestServer.status(200))) {
            start("5f0c", webhook("dead", dead));
            start("5f0c", webhook("alive", alive));

            assertThat(kept.next().channelId()).isEqualTo("alive");
        }
    }

    @Test
    void shouldDisableAChannelThatIsGone() throws Exception {
        try (TestServer server = new TestServer(TestServer.status(410))) {
            Channel channel = webhook("ops", server);
            start("5f0c", channel);

            assertThat(kept.next().state()).isEqualTo(DeliveryState.FAILED);
            Channel disabled = kept.channels.poll(Patience.SECONDS, TimeUnit.SECONDS);
            assertThat(disabled.enabled()).isFalse();
            assertThat(disabled.disabledReason()).isEqualTo("answered 410");
            assertThat(deliveries.plan(Events.event("5f0d"))).isEmpty();
            deliveries.start(PARTITION, deliveries.planAgain(Events.event("5f0e"), channel, "r"));
            assertThat(kept.next().attempts().getFirst().message())
                    .isEqualTo("the channel is disabled");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void shouldFailWhatNoLongerFitsTheQueue() throws Exception {
        try (TestServer dead = new TestServer(TestServer.silence())) {
            Channel channel = webhook("dead", dead);
            for (int i = 0; i <= ChannelQueue.MAX; i++) {
                start("event-" + i, channel);
            }

            Delivery failed = kept.next();
            assertThat(failed.eventId()).isEqualTo("event-" + ChannelQueue.MAX);
            assertThat(failed.state()).isEqualTo(DeliveryState.FAILED);
        }
    }

    @Test
    void shouldPlanForTheChannelsThatTakeAnEvent() {
        channels.put(routed("all", Channel.Route.ALL));
        channels.put(
                routed(
                        "info",
                        new Channel.Route(
                                List.of(BudgetEvent.Severity.INFO),
                                List.of(),
                                List.of(),
                                List.of())));
        channels.put(routed("off", Channel.Route.ALL).disabled("asked for", 1));

        assertThat(deliveries.plan(Events.event("5f0c")))
                .extracting(Delivery::channelId)
                .containsExactly("all");
    }

    @Test
    void shouldTellHowATestWent() throws Exception {
        try (TestServer server = new TestServer(TestServer.status(500))) {
            CompletableFuture<Deliveries.Tested> tested = new CompletableFuture<>();

            assertThat(deliveries.test(webhook("ops", server), tested::complete)).isTrue();

            assertThat(tested.get(Patience.SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(new Deliveries.Tested(false, "answered 500"));
            assertThat(server.requests().getFirst().body()).contains("\"type\":\"test\"");
        }
    }

    private void start(String eventId, Channel channel) {
        channels.put(channel);
        deliveries.take(PARTITION);
        deliveries.start(
                PARTITION,
                Attempts.planned(
                        Events.event(eventId),
                        channel.channelId(),
                        "",
                        System.currentTimeMillis()));
    }

    private static Channel routed(String id, Channel.Route route) {
        return new Channel(
                id, id, Channel.ChannelKind.LOG, null, List.of(), route, true, null, 0, 0);
    }

    private static Channel webhook(String id, TestServer server) {
        return channel(id, Channel.ChannelKind.WEBHOOK, server);
    }

    private static Channel channel(String id, Channel.ChannelKind kind, TestServer server) {
        return new Channel(
                id,
                id,
                kind,
                server.url(),
                List.of(new Channel.Secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")),
                Channel.Route.ALL,
                true,
                null,
                0,
                0);
    }
}
