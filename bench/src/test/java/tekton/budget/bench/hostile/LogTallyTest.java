package tekton.budget.bench.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.hostile.ContextSums.ContextSum;
import tekton.budget.bench.hostile.TopicPoison.PoisonPlace;

import java.util.List;
import java.util.Map;
import java.util.Set;

class LogTallyTest {

    private final LogTally tally =
            new LogTally(number -> number == 13, Set.of(place(0), place(99)));

    @Test
    void shouldCountTheFirstOfAnIdAndNothingThatIsDead() {
        tally.letter(place(2), "invalid");
        tally.entry(place(0), null, record("tc-1", "a", "5"));
        tally.entry(place(1), null, record("tc-1", "a", "7"));
        tally.entry(place(2), null, record("tc-1", "b", "7"));
        tally.entry(place(3), null, record("tc-1", "c", "1.0e1"));

        assertThat(tally.sums().byContext())
                .containsOnly(Map.entry("tc-1", new ContextSum(2, 15, 4)));
        assertThat(tally.repeats()).isEqualTo(1);
    }

    @Test
    void shouldTakeTheContextFromTheKeyOfARecordThatNamesNone() {
        tally.entry(
                place(0),
                "tc-2".getBytes(UTF_8),
                "{\"record_id\":\"a\",\"input_tokens\":5,\"output_tokens\":2}".getBytes(UTF_8));
        tally.entry(place(1), "tc-3".getBytes(UTF_8), record("tc-1", "b", "1"));

        assertThat(tally.sums().byContext())
                .containsOnly(
                        Map.entry("tc-2", new ContextSum(1, 5, 2)),
                        Map.entry("tc-1", new ContextSum(1, 1, 2)));
    }

    @Test
    void shouldReadEitherSpellingAndPassOverWhatNobodyReads() {
        tally.entry(
                place(0),
                null,
                ("{\"recordId\":\"a\",\"contextId\":\"tc-4\",\"inputTokens\":5,\"outputTokens\":2,"
                                + "\"metadata\":{\"n\":%s}}")
                        .formatted("9".repeat(2_000))
                        .getBytes(UTF_8));

        assertThat(tally.sums().byContext())
                .containsOnly(Map.entry("tc-4", new ContextSum(1, 5, 2)));
    }

    @Test
    void shouldSeeWhatIsNeitherCountedNorDead() {
        tally.letter(place(5), "invalid");
        tally.entry(place(1), null, null);
        tally.entry(place(2), null, new byte[] {(byte) 0xff, 1});
        tally.entry(place(3), null, record("tc-1", "a", "\"x\""));
        tally.entry(place(4), null, record("hc-13", "b", "1"));
        tally.entry(place(5), null, record("hc-1", "b", "1"));

        assertThat(tally.wrong(List.of(new PoisonPlace("budget.requests", 0, 1))))
                .hasSize(8)
                .anyMatch(wrong -> wrong.startsWith("refused, and in the log"))
                .anyMatch(wrong -> wrong.startsWith("acknowledged over HTTP, and a dead letter"))
                .anyMatch(wrong -> wrong.startsWith("unreadable, and no dead letter"))
                .anyMatch(wrong -> wrong.startsWith("acknowledged, and not in the log"))
                .anyMatch(wrong -> wrong.startsWith("no tokens, and no dead letter"));
    }

    @Test
    void shouldNotTakeASpoiltNumberForThatOfAnotherRequest() {
        tally.entry(place(0), null, record("hc-137", "hr-13<-0", "1"));
        tally.entry(place(1), null, record("hc-131", "hr-13-0", "1"));
        tally.entry(place(2), null, record("hc-13<1", "hr-131-0", "1"));
        tally.entry(place(99), null, record("hc-14", "hr-14-0", "1"));
        assertThat(tally.wrong(List.of())).isEmpty();

        tally.entry(place(3), null, record("hc-13", "hr-13-0", "1"));
        tally.entry(place(4), null, record("other", "hr-13-0", "1"));
        assertThat(tally.wrong(List.of()))
                .hasSize(2)
                .allMatch(wrong -> wrong.startsWith("refused, and in the log"));
    }

    @Test
    void shouldNameWhatWasCountedOtherwise() {
        ContextSums wanted = new ContextSums();
        wanted.add("a", 1, 1);
        wanted.add("b", 1, 1);
        ContextSums counted = new ContextSums();
        counted.add("a", 1, 1);
        counted.add("c", 1, 1);

        assertThat(wanted.differences(counted)).hasSize(2);
        assertThat(wanted.of("a").differences(counted.of("a"))).isEmpty();
    }

    private static byte[] record(String context, String id, String input) {
        return "{\"context_id\":\"%s\",\"record_id\":\"%s\",\"input_tokens\":%s,\"output_tokens\":2}"
                .formatted(context, id, input)
                .getBytes(UTF_8);
    }

    private static PoisonPlace place(long offset) {
        return new PoisonPlace("budget.usage", 0, offset);
    }
}
