package tekton.budget.bench.longrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.node.JsonNodeFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class RunStateTest {

    private static final Map<String, Long> TARGETS = Map.of("records", 100L, "faults", 2L);

    @TempDir Path directory;

    @Test
    void theNextLegGoesOnWhereTheOneBeforeHasStopped() throws IOException {
        RunState first = open(5L);
        first.beginLeg();
        first.reach("records", 60);
        first.keep("next_record", JsonNodeFactory.instance.numberNode(77L));
        endLeg(first, List.of());
        RunState second = open(null);
        second.beginLeg();

        assertThat(second.seed()).isEqualTo(5);
        assertThat(second.legNumber()).isEqualTo(2);
        assertThat(second.reached("records")).isEqualTo(60);
        assertThat(second.kept("next_record", JsonNodeFactory.instance.numberNode(0L)).asLong())
                .isEqualTo(77);
        assertThat(second.verdict()).startsWith("LEG PASSED");
    }

    @Test
    void aLegThatWasKilledLeavesItsNumberBehind() throws IOException {
        open(5L).beginLeg();
        RunState next = open(5L);
        next.beginLeg();

        assertThat(next.legNumber()).isEqualTo(2);
    }

    @Test
    void aRunPassesWhenAllIsReachedAndEveryLegHasPassed() throws IOException {
        RunState state = open(5L);
        state.reach("records", 100);
        state.add("faults", 1);
        assertThat(state.isReached()).isFalse();
        state.add("faults", 1);
        endLeg(state, List.of());

        assertThat(state.isReached()).isTrue();
        assertThat(state.verdict()).isEqualTo("PASS");
        assertThat(state.hasFailed()).isFalse();
    }

    @Test
    void oneLegThatFailedFailsTheRun() throws IOException {
        RunState state = open(5L);
        state.beginLeg();
        endLeg(state, List.of("lost one"));
        state.reach("records", 100);
        state.reach("faults", 2);
        endLeg(state, List.of());

        assertThat(state.hasFailed()).isTrue();
        assertThat(state.verdict()).isEqualTo("FAIL: leg 1: lost one");
    }

    @Test
    void anotherSeedOrSizeIsAnotherRun() throws IOException {
        open(5L);

        assertThatThrownBy(() -> open(6L)).hasMessageContaining("with seed 5");
        assertThatThrownBy(() -> RunState.open(directory, "soak", 5L, Map.of("records", 1L)))
                .isInstanceOf(IOException.class);
    }

    private RunState open(Long seed) throws IOException {
        return RunState.open(directory, "conservation", seed, TARGETS);
    }

    private static void endLeg(RunState state, List<String> wrong) throws IOException {
        state.endLeg(JsonNodeFactory.instance.objectNode().put("leg", state.legNumber()), wrong);
    }
}
