package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LiveTopics.event;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tekton.budget.api.LiveStream.Event;
import tekton.budget.api.live.LiveSettings;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.Metadata;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;

import java.io.BufferedInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Server-sent events and slow readers on a real broker; what is counted is of no matter here. */
class LiveEventsIT {

    /** So many large messages are more than sockets and a feed hold together. */
    private static final int FLOOD = 1_000;

    /** So many at once are well within a feed. */
    private static final int WAVE = 50;

    /** More events than are kept, so many at a time. */
    private static final int FORGETTABLE = 5_000;

    private static final int FORGETTABLE_WAVE = 500;

    private TestBroker broker;
    private Api api;
    private LiveTopics topics;
    private int ends;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start();
        topics = new LiveTopics(broker.bootstrapServers());
        startApi();
    }

    private void startApi() throws Exception {
        api =
                Api.startLive(
                        broker.bootstrapServers(),
                        new FakeMetering(),
                        new LiveSettings(100, Duration.ofSeconds(1)));
        Api.await(
                () -> {
                    try (LiveStream stream = LiveStream.open(api, "/events", null)) {
                        return !stream.failure.isDone();
                    }
                });
    }

    @AfterEach
    void stop() {
        api.close();
        topics.close();
        broker.close();
    }

    @Test
    void shouldGoOnWhereAClientHasLeft() throws Exception {
        String left;
        try (LiveStream stream = LiveStream.open(api, "/events", null)) {
            topics.tell(
                    event(
                            "1",
                            BudgetEvent.Type.TOKEN_LIMIT_APPROACHING,
                            Severity.WARNING,
                            "team-a"));
            topics.tell(
                    event("2", BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED, Severity.ERROR, "team-b"));
            List<Event> heard = List.of(stream.next("alert"), stream.next("alert"));
            assertThat(heard).extracting(Event::alertId).containsExactlyInAnyOrder("1", "2");
            assertThat(heard.getFirst().data().get("acknowledged").booleanValue()).isFalse();
            left = heard.getLast().id();
        }

        topics.tell(event("3", BudgetEvent.Type.PRICE_CHANGED, Severity.INFO, "team-a"));
        topics.tell(event("4", BudgetEvent.Type.PRICE_CHANGED, Severity.INFO, "team-b"));
        assertThat(heardAfter(left, 2)).containsExactlyInAnyOrder("3", "4");

        // Another process knows the same places.
        api.close();
        topics.tell(event("5", BudgetEvent.Type.PRICE_CHANGED, Severity.INFO, "team-c"));
        startApi();
        assertThat(heardAfter(left, 4)).containsExactlyInAnyOrder("3", "4", "end-1", "5");
    }

    /** So many alerts and no more: what is told then is the next. */
    private List<String> heardAfter(String left, int count) throws Exception {
        List<String> heard = new ArrayList<>();
        try (LiveStream stream = LiveStream.open(api, "/api/v1/events", left)) {
            while (heard.size() < count) {
                heard.add(stream.next("alert").alertId());
            }
            String end = "end-" + ++ends;
            topics.tell(event(end, BudgetEvent.Type.LIMIT_RECOVERED, Severity.INFO, "team-a"));
            assertThat(stream.next("alert").alertId()).isEqualTo(end);
        }
        return heard;
    }

    @Test
    void shouldSayWhenWhatWasAskedForIsNotThere() throws Exception {
        try (LiveStream all = LiveStream.open(api, "/events", null)) {
            for (int i = 0; i < FORGETTABLE; i += FORGETTABLE_WAVE) {
                topics.tell(
                        IntStream.range(i, i + FORGETTABLE_WAVE)
                                .mapToObj(LiveEventsIT::small)
                                .toArray(BudgetEvent[]::new));
                for (int n = 0; n < FORGETTABLE_WAVE; n++) {
                    all.next("alert");
                }
            }
        }
        String first = "0:0,1:0,2:0";
        try (LiveStream stream = LiveStream.open(api, "/events", first)) {
            Event gap = stream.next("gap");
            assertThat(gap.data().get("reason").stringValue()).isEqualTo("forgotten");
            assertThat(gap.data().get("asked").stringValue()).isEqualTo(first);
            assertThat(stream.next("alert").alertId()).isNotEqualTo("e0");
        }
        try (LiveStream stream = LiveStream.open(api, "/events", "0:90000,1:90000,2:90000")) {
            assertThat(stream.next("gap").data().get("reason").stringValue()).isEqualTo("unknown");
            topics.tell(event("new", BudgetEvent.Type.DEAD_LETTER, Severity.WARNING, "team"));
            assertThat(stream.next("alert").alertId()).isEqualTo("new");
        }
    }

    @Test
    void shouldTellOnlyWhatIsWanted() throws Exception {
        String query = "?type=dead_letter,PRICE_CHANGED&severity=warning&budget_id=team";
        try (LiveStream stream = LiveStream.open(api, "/events" + query, null)) {
            topics.tell(event("1", BudgetEvent.Type.DEAD_LETTER, Severity.WARNING, "other"));
            topics.tell(event("2", BudgetEvent.Type.DEAD_LETTER, Severity.INFO, "team"));
            topics.tell(event("3", BudgetEvent.Type.RECORD_CONFLICT, Severity.WARNING, "team"));
            topics.tell(event("4", BudgetEvent.Type.PRICE_CHANGED, Severity.WARNING, "team"));

            assertThat(stream.next("alert").alertId()).isEqualTo("4");
        }
    }

    /** A client that has filtered out what came need not hear it again when it comes back. */
    @Test
    void shouldGiveSignsOfLifeThatTakeTheClientAlong() throws Exception {
        try (Socket socket = raw("/events?budget_id=nobody")) {
            InputStream in = socket.getInputStream();
            until(in, "id: 0:0,1:0,2:0");
            topics.tell(event("1", BudgetEvent.Type.DEAD_LETTER, Severity.WARNING, "team"));

            until(in, ": heartbeat\n");
            until(in, ":1");
        }
    }

    @Test
    void shouldEndWithAReasonWhenItStops() throws Exception {
        try (LiveStream stream = LiveStream.open(api, "/events", null)) {
            Thread stop = Thread.startVirtualThread(api::close);

            assertThat(stream.next("end").data().get("reason").stringValue()).isEqualTo("stopping");
            assertThat(stream.closed.get(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
            stop.join();
        }
    }

    @Test
    void shouldDropAWebSocketThatReadsTooSlowly() throws Exception {
        try (LiveClient slow = LiveClient.connectIdle(api, "/ws/budget/allocations");
                LiveClient quick = LiveClient.connect(api, "/ws/budget/allocations")) {
            for (int i = 0; i < FLOOD; i += WAVE) {
                topics.tell(
                        IntStream.range(i, i + WAVE)
                                .mapToObj(n -> new AllocationEnded(large(), 1, n))
                                .toArray(LedgerEvent[]::new));
                hear(quick, "allocation_update");
            }
            slow.read();
            assertThat(slow.awaitClosed())
                    .isEqualTo(
                            new LiveClient.Closed(
                                    1008, "dropped: news came faster than this client read them"));
            assertThat(slow.frames.size()).isLessThan(FLOOD);
        }
    }

    @Test
    void shouldDropAStreamThatReadsTooSlowly() throws Exception {
        try (Socket slow = raw("/events");
                LiveClient quick = LiveClient.connect(api, "/ws/budget/alerts")) {
            InputStream in = new BufferedInputStream(slow.getInputStream());
            until(in, "retry: ");
            for (int i = 0; i < FLOOD; i += WAVE) {
                topics.tell(
                        IntStream.range(i, i + WAVE)
                                .mapToObj(LiveEventsIT::large)
                                .toArray(BudgetEvent[]::new));
                hear(quick, "alert");
            }
            until(in, "event: end\ndata: {\"reason\":\"dropped\"");
            assertThat(in.readAllBytes()).hasSizeLessThan(200);
        }
    }

    /** In step with what is written, so that this one is never too slow. */
    private static void hear(LiveClient quick, String type) throws Exception {
        for (int i = 0; i < WAVE; i++) {
            quick.next(type);
        }
    }

    private static Allocation large() {
        Allocation open = FakeLedger.open("team.a", "c");
        return new Allocation(
                open.allocationId(),
                open.budgetId(),
                open.contextId(),
                open.scope(),
                open.model(),
                open.priority(),
                open.tokens(),
                open.price(),
                0,
                0,
                open.cost(),
                open.state(),
                open.createdAtMs(),
                open.expiresAtMs(),
                open.updatedAtMs(),
                false,
                false,
                new Metadata("{\"x\":\"" + "x".repeat(15_000) + "\"}"),
                null,
                null);
    }

    private static BudgetEvent small(int number) {
        return event("e" + number, BudgetEvent.Type.DEAD_LETTER, Severity.WARNING, "team");
    }

    private static BudgetEvent large(int number) {
        BudgetEvent small = small(number);
        return new BudgetEvent(
                small.eventId(),
                small.type(),
                small.severity(),
                small.budgetId(),
                null,
                null,
                small.title(),
                "x".repeat(15_000),
                small.details(),
                small.at());
    }

    private Socket raw(String path) throws Exception {
        var uri = api.uri("http", path);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout((int) Patience.LIMIT.toMillis());
        socket.getOutputStream()
                .write(
                        ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void until(InputStream in, String text) throws Exception {
        int matched = 0;
        while (matched < text.length()) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("ended before " + text);
            }
            matched = next == text.charAt(matched) ? matched + 1 : next == text.charAt(0) ? 1 : 0;
        }
    }
}
