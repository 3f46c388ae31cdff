package tekton.budget.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.usage.HourUse.HourPart;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.util.List;

class RunningHourTest {

    private RunningHour hour = new RunningHour(new EpochMinute(0), null);

    @Test
    void shouldTellCellsAndUsersApart() {
        add("m", null, 1);
        add("m", "ann", 2);
        add("n", "ann", 4);
        add("m", "ann", 8);

        assertThat(shown()).containsExactly("m null 1", "m ann 10", "n ann 4");
        assertThat(hour.written().totals().tokens().total()).isEqualTo(15);
    }

    @Test
    void shouldFoldUsersBeforeModelsAndLoseNothing() {
        for (int i = 0; i < 3 * HourUse.PARTS_MAX; i++) {
            add("m", "u" + i, 1);
        }
        assertThat(shown())
                .hasSize(HourUse.WITH_USERS_MAX + 1)
                .last()
                .isEqualTo("m .other " + (3 * HourUse.PARTS_MAX - HourUse.WITH_USERS_MAX));

        for (int i = 0; i < 3 * HourUse.PARTS_MAX; i++) {
            add("n" + i, null, 1);
        }
        int models = HourUse.PARTS_MAX - HourUse.WITH_USERS_MAX - 1;
        assertThat(shown())
                .hasSize(HourUse.PARTS_MAX + 1)
                .last()
                .isEqualTo("- null " + (3 * HourUse.PARTS_MAX - models));

        add("n0", null, 100);
        add("m", "u3", 100);
        assertThat(shown()).contains("n0 null 101", "m u3 101");
        assertThat(
                        hour.written().parts().stream()
                                .map(HourPart::totals)
                                .reduce(Totals.ZERO, Totals::plus))
                .isEqualTo(hour.written().totals());
    }

    @Test
    void shouldGoOnFromWhatIsKeptWhateverIsFolded() {
        for (int i = 0; i < 3 * HourUse.PARTS_MAX; i++) {
            add("m" + i % 50, "u" + i, 1);
        }
        HourUse kept = hour.written();
        hour = new RunningHour(new EpochMinute(0), kept);

        assertThat(hour.hasChanged()).isFalse();
        assertThat(hour.written()).isEqualTo(kept);
        add("m49", "u99", 5);
        assertThat(hour.written().parts()).hasSize(HourUse.PARTS_MAX + 1);
        assertThat(hour.written().parts().getLast().cell()).isNull();
    }

    @Test
    void shouldKeepWhatAVersionCountedThatKeptNoParts() {
        hour = new RunningHour(new EpochMinute(0), new HourUse(totals(7), List.of()));
        add("m", "ann", 2);

        assertThat(shown()).containsExactly("- null 7", "m ann 2");
        assertThat(hour.written().totals().tokens().total()).isEqualTo(9);
    }

    private void add(String model, @Nullable String userId, long tokens) {
        hour.add(new Cell("b", "c", "p", model, Tier.LOCAL_MIDWEIGHT, "t"), userId, totals(tokens));
    }

    private static Totals totals(long tokens) {
        return new Totals(TokenCounts.of(tokens, 0), 0, Money.ZERO, 1, 0, 0);
    }

    private List<String> shown() {
        return hour.written().parts().stream()
                .map(
                        each ->
                                "%s %s %d"
                                        .formatted(
                                                each.cell() == null ? "-" : each.cell().model(),
                                                each.userId(),
                                                each.totals().tokens().total()))
                .toList();
    }
}
