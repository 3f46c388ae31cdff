package tekton.budget.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

class FeedTest {

    @Test
    void shouldGiveEverybodyWhatIsBehindTheirPlace() {
        Feed feed = new Feed(4, 1_000);
        feed.add(messages("a", "b"));
        long here = feed.end();
        feed.add(messages("c", "d"));

        assertThat(texts(feed.read(here, 10))).containsExactly("c", "d");
        Feed.Batch one = feed.read(here, 1);
        assertThat(texts(one)).containsExactly("c");
        assertThat(texts(feed.read(one.next(), 1))).containsExactly("d");
        assertThat(texts(feed.read(feed.end(), 1))).isEmpty();
    }

    @Test
    void shouldSayWhenSomebodyHasFallenTooFarBehind() {
        Feed feed = new Feed(4, 1_000);
        long here = feed.end();
        feed.add(messages("a", "b", "c", "d"));
        assertThat(feed.read(here, 10).lost()).isFalse();

        feed.add(messages("e"));

        assertThat(feed.read(here, 10).lost()).isTrue();
        assertThat(texts(feed.read(here + 1, 10))).containsExactly("b", "c", "d", "e");
    }

    @Test
    void shouldHoldNoMoreCharactersThanItMay() {
        Feed feed = new Feed(100, 10);
        feed.add(messages("12345", "67890", "abcde"));

        assertThat(feed.read(0, 10).lost()).isTrue();
        assertThat(texts(feed.read(1, 10))).containsExactly("67890", "abcde");

        feed.add(messages("a single one that is longer than all of them may be"));
        assertThat(texts(feed.read(3, 10))).hasSize(1);
        assertThat(feed.read(2, 10).lost()).isTrue();
    }

    @Test
    void shouldRingForThoseWhoListen() throws Exception {
        Feed feed = new Feed(4, 1_000);
        Signal bell = new Signal();
        feed.join(bell);
        assertThat(feed.hasListeners()).isTrue();
        feed.add(messages("a"));
        assertThat(bell.await()).isEqualTo(new Signal.Ring(false, null));

        feed.leave(bell);
        feed.add(messages("b"));
        bell.end(Signal.Ending.STOPPING);
        bell.end(Signal.Ending.GONE);

        assertThat(feed.hasListeners()).isFalse();
        assertThat(bell.await()).isEqualTo(new Signal.Ring(false, Signal.Ending.STOPPING));
    }

    /** Offsets have holes, where transactions ended. */
    @Test
    void shouldTakeSomebodyUpWhereItLeft() {
        Feed feed = new Feed(3, 1_000);
        feed.begins(0, 10, 12);
        feed.begins(1, 0, 0);
        feed.add(List.of(told(0, 10), told(1, 0), told(0, 11)));

        assertThat(begin(feed, "0:11,1:0").place()).isEqualTo(1);
        assertThat(begin(feed, "0:11,1:0").resume().gap()).isNull();
        assertThat(begin(feed, "0:12,1:1").place()).isEqualTo(3);
        assertThat(feed.begin(null).resume().from()).hasToString("0:12,1:1");
        assertThat(begin(feed, "0:9,1:0").resume())
                .isEqualTo(new Resume(places(Map.of(0, 10L, 1, 0L)), Resume.Gap.FORGOTTEN));

        feed.add(List.of(told(0, 20)));

        assertThat(begin(feed, "0:10,1:0").resume().gap()).isEqualTo(Resume.Gap.FORGOTTEN);
        assertThat(begin(feed, "0:11,1:0").resume().gap()).isNull();
        assertThat(begin(feed, "0:21,1:1").resume().gap()).isNull();
        assertThat(begin(feed, "0:22,1:1").resume())
                .isEqualTo(new Resume(places(Map.of(0, 21L, 1, 1L)), Resume.Gap.UNKNOWN));
        assertThat(begin(feed, "0:21,1:1,2:0").resume().gap()).isEqualTo(Resume.Gap.UNKNOWN);
        assertThat(begin(feed, "1:1").resume().gap()).isEqualTo(Resume.Gap.FORGOTTEN);
    }

    @Test
    void shouldReadTheIdsThatItWrites() {
        Places places = places(Map.of(0, 13L, 1, 7L));

        assertThat(Places.parse(places.toString())).contains(places);
        assertThat(Places.parse("0:13, 1:7")).contains(places);
        for (String id : List.of("", "x", "0", "0:", "0:-1", "0:1;", "12345:1", "0:1,,")) {
            assertThat(Places.parse(id)).as(id).isEmpty();
        }
        String many = String.join(",", IntStream.range(0, 257).mapToObj(i -> i + ":0").toList());
        assertThat(Places.parse(many)).isEmpty();
    }

    private static Feed.Beginning begin(Feed feed, String id) {
        return feed.begin(Places.parse(id).orElseThrow());
    }

    private static Places places(Map<Integer, Long> next) {
        return new Places(new TreeMap<>(next));
    }

    private static Message told(int partition, long offset) {
        return new Message(
                "f",
                false,
                new EventRef(
                        partition,
                        offset,
                        BudgetEvent.Type.DEAD_LETTER,
                        Severity.WARNING,
                        null,
                        "{}"));
    }

    private static List<Message> messages(String... texts) {
        return List.of(texts).stream().map(Message::of).toList();
    }

    private static List<String> texts(Feed.Batch batch) {
        return batch.messages().stream().map(Message::frame).toList();
    }
}
