package tekton.budget.bench.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.crash.Fault.FaultType;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

class FaultScheduleTest {

    private static final int SHORT = 60;
    private static final int LONG = 3_600;

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(rounds(7, SHORT)).isEqualTo(rounds(7, SHORT)).isNotEqualTo(rounds(8, SHORT));
    }

    @Test
    void everyRoundDoesEverythingOnce() {
        FaultSchedule schedule = new FaultSchedule(7, 3, 3, SHORT);
        for (int i = 0; i < 50; i++) {
            assertThat(schedule.round())
                    .extracting(Fault::type)
                    .containsExactlyInAnyOrder(FaultType.values());
        }
    }

    @Test
    void everybodyIsAVictimAndNobodyElse() {
        assertThat(
                        rounds(7, SHORT).stream()
                                .filter(each -> each.type().ofBroker())
                                .map(Fault::victim)
                                .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(0, 1, 2);
        assertThat(
                        rounds(7, SHORT).stream()
                                .filter(each -> !each.type().ofBroker())
                                .map(Fault::victim)
                                .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void freezesForTwoToTwentySecondsAndInAShortRunForLess() {
        for (Fault each : rounds(7, LONG)) {
            if (each.type().freezes()) {
                assertThat(each.holdMs()).isBetween(2_000L, 20_000L);
            } else {
                assertThat(each.holdMs()).isZero();
            }
        }
        assertThat(rounds(7, SHORT)).allMatch(each -> each.holdMs() <= 7_500);
        assertThat(rounds(7, 1)).allMatch(each -> each.holdMs() <= 2_000);
    }

    @Test
    void killsTheInstanceLastAndEachAsOftenAsAsked() {
        for (long seed = 0; seed < 20; seed++) {
            List<Fault> kills = FaultSchedule.kills(5, 2, seed);
            assertThat(kills).hasSize(7).endsWith(Fault.instanceKill(0));
            assertThat(kills).filteredOn(each -> each.type().ofBroker()).hasSize(2);
        }
    }

    @Test
    void killsOneInstanceAfterTheOther() {
        assertThat(FaultSchedule.killsInTurn(3, 2, 7))
                .containsExactly(
                        Fault.instanceKill(1), Fault.instanceKill(0), Fault.instanceKill(1));
    }

    private static List<Fault> rounds(long seed, int seconds) {
        FaultSchedule schedule = new FaultSchedule(seed, 2, 3, seconds);
        List<Fault> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.addAll(schedule.round());
        }
        return all;
    }
}
