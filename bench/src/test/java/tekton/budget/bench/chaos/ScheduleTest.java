package tekton.budget.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.chaos.Disturbance.DisturbanceType;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

class ScheduleTest {

    private static final int SHORT = 60;
    private static final int LONG = 3_600;

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(rounds(7, SHORT)).isEqualTo(rounds(7, SHORT)).isNotEqualTo(rounds(8, SHORT));
    }

    @Test
    void everyRoundDoesEverythingOnce() {
        Schedule schedule = new Schedule(7, 3, 3, SHORT);
        for (int i = 0; i < 50; i++) {
            assertThat(schedule.round())
                    .extracting(Disturbance::kind)
                    .containsExactlyInAnyOrder(DisturbanceType.values());
        }
    }

    @Test
    void everybodyIsAVictimAndNobodyElse() {
        assertThat(
                        rounds(7, SHORT).stream()
                                .filter(each -> each.kind().ofBroker())
                                .map(Disturbance::victim)
                                .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(0, 1, 2);
        assertThat(
                        rounds(7, SHORT).stream()
                                .filter(each -> !each.kind().ofBroker())
                                .map(Disturbance::victim)
                                .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void freezesForTwoToTwentySecondsAndInAShortRunForLess() {
        for (Disturbance each : rounds(7, LONG)) {
            if (each.kind().freezes()) {
                assertThat(each.holdMs()).isBetween(2_000L, 20_000L);
            } else {
                assertThat(each.holdMs()).isZero();
            }
        }
        assertThat(rounds(7, SHORT)).allMatch(each -> each.holdMs() <= 7_500);
        assertThat(rounds(7, 1)).allMatch(each -> each.holdMs() <= 2_000);
    }

    private static List<Disturbance> rounds(long seed, int seconds) {
        Schedule schedule = new Schedule(seed, 2, 3, seconds);
        List<Disturbance> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.addAll(schedule.round());
        }
        return all;
    }
}
