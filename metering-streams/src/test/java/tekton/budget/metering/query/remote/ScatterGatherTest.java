package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.NotReached;
import tekton.budget.metering.query.Answer.NotReady;
import tekton.budget.metering.query.Answer.Stale;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.value.Positions;

import java.time.Duration;
import java.util.List;

class ScatterGatherTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void shouldKeepTheOrderOfTheShares() {
        assertThat(together(new Found<>("c"), new Found<>("a"), new Found<>("b")))
                .isEqualTo(new Found<>(List.of("c", "a", "b")));
        assertThat(together(new Found<>("c"), new Stale<>("a", 3), new Found<>("b")))
                .isEqualTo(new Stale<>(List.of("c", "a", "b"), 3));
    }

    @Test
    void shouldBeNotReadyAndNameWhatIsMissing() {
        assertThat(
                        together(
                                new Found<>("a"),
                                new NotReady<>(Duration.ofHours(1), "usage [1]: restoring"),
                                new Found<>("b")))
                .isEqualTo(new NotReady<>(SECOND, "usage [1]: restoring"));
        assertThat(
                        together(
                                new NotReady<>(SECOND, "usage [2]: moved"),
                                new Stale<>("a", 7),
                                new Unknown<>(),
                                new NotReady<>(SECOND, "usage [1]: restoring")))
                .isEqualTo(new NotReady<>(SECOND, "usage [2]: moved; usage [1]: restoring"));
    }

    @Test
    void shouldBeNotReachedAndNameEveryPositionThatIsAhead() {
        assertThat(
                        together(
                                new NotReached<>(Positions.of(1, 10)),
                                new Found<>("a"),
                                new NotReached<>(Positions.ofRequest(1, 7)),
                                new NotReached<>(Positions.of(0, 5))))
                .isEqualTo(
                        new NotReached<>(
                                Positions.of(0, 5)
                                        .and(Positions.of(1, 10))
                                        .and(Positions.ofRequest(1, 7))));
    }

    @Test
    void shouldBeNotReadyBeforeItIsNotReached() {
        NotReached<String> notReached = new NotReached<>(Positions.of(1, 10));
        NotReady<String> notReady = new NotReady<>(SECOND, "usage [1]: restoring");

        assertThat(together(notReached, notReady)).isEqualTo(notReady);
        assertThat(together(notReady, notReached)).isEqualTo(notReady);
    }

    @Test
    void shouldLagAsMuchAsTheShareThatLagsMost() {
        assertThat(
                        together(
                                new Stale<>("a", 3),
                                new Stale<>("b", 40),
                                new Found<>("c"),
                                new Stale<>("d", 0)))
                .isEqualTo(new Stale<>(List.of("a", "b", "c", "d"), 40));
        assertThat(together(new Found<>("a"), new Stale<>("b", 0)))
                .as("a copy that has heard of everything is a copy still")
                .isEqualTo(new Stale<>(List.of("a", "b"), 0));
    }

    @Test
    void shouldBeUnknownWhereNobodyKnowsIt() {
        assertThat(together(new Unknown<>(), new Unknown<>())).isEqualTo(new Unknown<>());
        assertThat(together()).isEqualTo(new Unknown<>());
        assertThat(together(new Unknown<>(), new Found<>("a"), new Unknown<>()))
                .isEqualTo(new Found<>(List.of("a")));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // read only
    private static Answer<List<String>> together(Answer<String>... answers) {
        return ScatterGather.together(List.of(answers));
    }
}
