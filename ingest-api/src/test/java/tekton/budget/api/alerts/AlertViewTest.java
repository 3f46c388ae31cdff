package tekton.budget.api.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.alert.AlertOutcome.Acknowledged;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.Delivery.DeliveryState;
import tekton.budget.alert.AlertOutcome.Snoozed;
import tekton.budget.alert.Channel;
import tekton.budget.event.BudgetEvent;
import tekton.budget.ledger.Metadata;
import tekton.budget.testbroker.Patience;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

class AlertViewTest {

    private static final int EVENTS_MAX = 10_000;
    private static final int DELIVERIES_MAX = AlertView.DELIVERIES_TOLD;

    private final AlertView view = new AlertView();

    @Test
    void shouldKeepTheNewestByTheirOwnTime() {
        for (int second = 1; second <= EVENTS_MAX; second++) {
            // Every other one comes late, as of a partition that is further back.
            int at = second % 2 == 0 ? second : EVENTS_MAX - second;
            view.put(event("e-" + at, at), 0);
        }
        view.put(event("newest", EVENTS_MAX + 1), 0);
        assertThat(view.find("e-1")).isEmpty();

        view.put(event("too old", 1), 0);
        assertThat(view.find("too old")).isEmpty();
        assertThat(view.find("e-2")).isPresent();

        List<Alert> kept = view.find(_ -> true);
        assertThat(kept).hasSize(EVENTS_MAX);
        assertThat(kept.getFirst().event().eventId()).isEqualTo("newest");
        assertThat(kept).isSortedAccordingTo((a, b) -> b.event().at().compareTo(a.event().at()));
    }

    @Test
    void shouldTellEventsOfOneTimeApart() {
        view.put(event("b", 1), 0);
        view.put(event("a", 1), 1);

        assertThat(ids()).containsExactly("a", "b");
        assertThat(view.find(alert -> alert.partition() == 0))
                .extracting(alert -> alert.event().eventId())
                .containsExactly("b");
    }

    @Test
    void shouldTakeAnEventUpOnceHoweverOftenItComes() {
        view.put(event("e", 1), 0);
        view.put(new Acknowledged("e", "ann", 5));
        view.put(event("e", 3), 2);

        assertThat(view.find(_ -> true))
                .containsExactly(
                        new Alert(event("e", 3), 2, new Acknowledged("e", "ann", 5), null));
    }

    @Test
    void shouldKnowWhoHasSeenAnEventInEitherOrder() {
        Acknowledged known = new Acknowledged("e", "ann", 5);
        view.put(event("e", 1), 3);
        assertThat(view.find("e")).contains(new Alert(event("e", 1), 3, null, null));
        view.put(known);
        assertThat(view.find("e")).contains(new Alert(event("e", 1), 3, known, null));
        assertThat(view.find(_ -> true)).containsExactly(new Alert(event("e", 1), 3, known, null));

        Acknowledged early = new Acknowledged("f", "bob", 6);
        view.put(early);
        assertThat(view.find("f")).isEmpty();
        view.put(event("f", 2), 4);
        assertThat(view.find("f")).contains(new Alert(event("f", 2), 4, early, null));

        Acknowledged again = new Acknowledged("f", "cyd", 7);
        view.put(again);
        assertThat(view.find("f")).contains(new Alert(event("f", 2), 4, again, null));
    }

    @Test
    void shouldRememberWhoHasSeenEventsYetToComeWithinABound() {
        for (int i = 0; i <= EVENTS_MAX; i++) {
            view.put(new Acknowledged("e-" + i, "ann", i));
        }
        view.put(event("e-0", 1), 0);
        view.put(event("e-1", 1), 0);

        assertThat(view.find("e-0").orElseThrow().seen()).isNull();
        assertThat(view.find("e-1").orElseThrow().seen())
                .isEqualTo(new Acknowledged("e-1", "ann", 1));
    }

    @Test
    void shouldKnowUntilWhenAnEventIsSnoozedInEitherOrder() {
        view.put(new Snoozed("e", 90L, 5));
        view.put(event("e", 1), 3);
        assertThat(view.find("e")).contains(new Alert(event("e", 1), 3, null, 90L));

        Acknowledged known = new Acknowledged("e", "ann", 6);
        view.put(known);
        view.put(new Snoozed("e", 70L, 7));
        assertThat(view.find(_ -> true)).containsExactly(new Alert(event("e", 1), 3, known, 70L));

        view.put(new Snoozed("e", null, 8));
        view.put(event("e", 1), 3);
        assertThat(view.find("e")).contains(new Alert(event("e", 1), 3, known, null));
    }

    @Test
    void shouldRememberSnoozesOfEventsYetToComeWithinABound() {
        for (int i = 0; i <= EVENTS_MAX; i++) {
            view.put(new Snoozed("e-" + i, 90L, i));
        }
        view.put(event("e-0", 1), 0);
        view.put(event("e-1", 1), 0);

        assertThat(view.find("e-0").orElseThrow().putOffUntilMs()).isNull();
        assertThat(view.find("e-1").orElseThrow().putOffUntilMs()).isEqualTo(90L);
    }

    @Test
    void shouldBeSnoozedNoLongerOnceItsTimeHasCome() {
        Alert snoozed = new Alert(event("e", 1), 0, null, 90L);

        assertThat(snoozed.snoozedUntilMs(89)).isEqualTo(90L);
        assertThat(snoozed.snoozedUntilMs(90)).isNull();
    }

    @Test
    void shouldKeepTheNewestDeliveriesInTheOrderInWhichTheyWereHeardOf() {
        assertThat(view.deliveries("e")).isEmpty();
        for (int i = 0; i < DELIVERIES_MAX; i++) {
            view.put(delivery("e", "d-" + i, DeliveryState.PENDING));
        }
        view.put(delivery("e", "d-1", DeliveryState.DELIVERED));
        assertThat(deliveryIds()).containsExactlyElementsOf(numbered(0, DELIVERIES_MAX));

        view.put(delivery("e", "d-" + DELIVERIES_MAX, DeliveryState.PENDING));
        assertThat(deliveryIds()).containsExactlyElementsOf(numbered(1, DELIVERIES_MAX + 1));
        assertThat(view.deliveries("e").getFirst())
                .isEqualTo(delivery("e", "d-1", DeliveryState.DELIVERED));
        assertThat(view.deliveries("another")).isEmpty();
    }

    @Test
    void shouldForgetTheOldestDeliveriesOfAllEvents() {
        for (int i = 0; i <= AlertView.DELIVERIES_MAX; i++) {
            view.put(delivery("e-" + i, "d-" + i, DeliveryState.PENDING));
        }

        assertThat(view.deliveries("e-0")).isEmpty();
        assertThat(view.deliveries("e-1")).hasSize(1);
    }

    @Test
    void shouldKnowTheChannelsThatThereAre() {
        view.put(channel("b", "two"));
        view.put(channel("a", "one"));
        view.put(channel("b", "second"));
        assertThat(view.channels()).containsExactly(channel("a", "one"), channel("b", "second"));
        assertThat(view.channel("b")).contains(channel("b", "second"));

        view.removeChannel("b");
        view.removeChannel("never there");
        assertThat(view.channels()).containsExactly(channel("a", "one"));
        assertThat(view.channel("b")).isEmpty();
    }

    @Test
    void shouldWaitNoLongerThanItsBound() throws InterruptedException {
        Duration bound = Duration.ofMillis(60);
        long before = System.nanoTime();
        assertThat(view.<Alert>await(() -> null, bound)).isNull();
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isGreaterThanOrEqualTo(bound.minusMillis(1));

        assertThat(view.await(() -> "there", Duration.ZERO)).isEqualTo("there");
        assertThat(view.<Alert>await(() -> null, Duration.ZERO)).isNull();
    }

    @Test
    void shouldLookAgainWhateverHasCome() throws Exception {
        view.put(event("known", 1), 0);
        view.put(channel("old", "old"));

        assertSeen(() -> view.put(event("e", 1), 0), () -> view.find("e").isPresent());
        assertSeen(
                () -> view.put(new Acknowledged("known", "ann", 5)),
                () -> view.find("known").orElseThrow().seen() != null);
        assertSeen(
                () -> view.put(new Snoozed("known", 9L, 6)),
                () -> view.find("known").orElseThrow().putOffUntilMs() != null);
        assertSeen(
                () -> view.put(delivery("e", "d", DeliveryState.PENDING)),
                () -> !view.deliveries("e").isEmpty());
        assertSeen(() -> view.put(channel("new", "new")), () -> view.channel("new").isPresent());
        assertSeen(() -> view.removeChannel("old"), () -> view.channel("old").isEmpty());
    }

    /** Somebody who waits already sees a change, long before the wait's end. */
    private void assertSeen(Runnable change, Patience.Condition<RuntimeException> seen)
            throws Exception {
        CompletableFuture<Boolean> found = new CompletableFuture<>();
        Thread waiting =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    try {
                                        found.complete(
                                                view.await(
                                                        () -> seen.holds() ? true : null,
                                                        Duration.ofDays(1)));
                                    } catch (InterruptedException stop) {
                                        found.completeExceptionally(stop);
                                    }
                                });
        Patience.await(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        change.run();
        try {
            assertThat(found.get(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            waiting.interrupt();
        }
    }

    @Test
    void shouldHoldADeliveryWithoutItsEvent() {
        Delivery pending =
                new Delivery(
                        "d",
                        "e",
                        "channel",
                        event("e", 1),
                        DeliveryState.PENDING,
                        List.of(),
                        0,
                        5L);
        view.put(pending);

        assertThat(view.deliveries("e")).containsExactly(pending.withoutEvent());
        assertThat(pending.withoutEvent().event()).isNull();
        assertThat(pending.withoutEvent().nextAtMs()).isEqualTo(5L);
    }

    private List<String> ids() {
        return view.find(_ -> true).stream().map(alert -> alert.event().eventId()).toList();
    }

    private List<String> deliveryIds() {
        return view.deliveries("e").stream().map(Delivery::deliveryId).toList();
    }

    private static List<String> numbered(int from, int until) {
        return IntStream.range(from, until).mapToObj(i -> "d-" + i).toList();
    }

    private static BudgetEvent event(String id, int second) {
        return new BudgetEvent(
                id,
                BudgetEvent.Type.LIMIT_FORECAST,
                BudgetEvent.Severity.WARNING,
                "team",
                null,
                null,
                "title",
                "message",
                Metadata.NONE,
                Instant.ofEpochSecond(second));
    }

    private static Delivery delivery(String eventId, String id, DeliveryState state) {
        return new Delivery(id, eventId, "channel", null, state, List.of(), 1, null);
    }

    private static Channel channel(String id, String name) {
        return new Channel(
                id,
                name,
                Channel.ChannelKind.LOG,
                null,
                List.of(),
                Channel.Route.ALL,
                true,
                null,
                1,
                1);
    }
}
