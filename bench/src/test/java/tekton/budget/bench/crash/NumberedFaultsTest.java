package tekton.budget.bench.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.crash.Fault.FaultType;
import tekton.budget.bench.crash.NumberedFaults.PlannedFault;
import tekton.budget.bench.product.ProcessRole;

import java.util.List;
import java.util.stream.Stream;

class NumberedFaultsTest {

    private static final List<ProcessRole> ROLES = List.of(ProcessRole.values());

    private static final long HOLD_MS = 5_000;

    /** Nine kills, and five processes that are frozen. */
    private static final int PER_ROUND = 14;

    @Test
    void aLegGoesOnWithTheFaultsThatAreNext() {
        List<PlannedFault> all = take(faults(7, 0), 60);

        assertThat(take(faults(7, 25), 35)).isEqualTo(all.subList(25, 60));
        assertThat(take(faults(8, 0), 60)).isNotEqualTo(all);
    }

    @Test
    void aRoundKillsAndFreezesEverything() {
        List<Fault> round =
                take(faults(7, 0), PER_ROUND).stream().map(PlannedFault::fault).toList();

        assertThat(round).filteredOn(fault -> fault.type() == FaultType.BROKER_KILL).hasSize(2);
        for (int victim = 0; victim < 4; victim++) {
            int each = victim;
            assertThat(round)
                    .filteredOn(fault -> !fault.type().ofBroker() && fault.victim() == each)
                    .extracting(Fault::type)
                    .contains(FaultType.INSTANCE_KILL, FaultType.INSTANCE_FREEZE);
        }
        assertThat(round).allMatch(fault -> fault.type().freezes() == (fault.holdMs() > 0));
        assertThat(round).allMatch(fault -> fault.holdMs() <= HOLD_MS);
    }

    @Test
    void nobodyIsAVictimWhoIsNotThere() {
        NumberedFaults few =
                new NumberedFaults(
                        7,
                        1,
                        role -> role == ProcessRole.APPLICATION ? List.of(0, 1) : List.of(),
                        HOLD_MS,
                        0);

        assertThat(take(few, 100)).allMatch(planned -> planned.fault().victim() <= 1);
    }

    private static NumberedFaults faults(long seed, int done) {
        return new NumberedFaults(seed, 1, role -> List.of(ROLES.indexOf(role)), HOLD_MS, done);
    }

    private static List<PlannedFault> take(NumberedFaults faults, int count) {
        return Stream.generate(faults::next).limit(count).toList();
    }
}
