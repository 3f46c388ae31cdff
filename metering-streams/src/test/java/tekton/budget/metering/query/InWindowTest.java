package tekton.budget.metering.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

class InWindowTest {

    private static final long FROM = 1_800_000;
    private static final long UNTIL = 9_000_000;

    @Test
    void shouldSumWhatLiesWithinAndNameAnHourThatAnEndCuts() {
        Totals cut = used(4, UNTIL - 1, UNTIL);

        InWindow first = InWindow.NOTHING.plus(used(1, FROM, UNTIL - 1), FROM, UNTIL);
        InWindow second =
                InWindow.NOTHING
                        .plus(used(2, FROM - 2, FROM - 1), FROM, UNTIL)
                        .plus(cut, FROM, UNTIL)
                        .plus(used(8, FROM - 1, FROM), FROM, UNTIL)
                        .plus(used(16, UNTIL, UNTIL), FROM, UNTIL);

        assertThat(first.cut().isEmpty()).isTrue();
        assertThat(first.plus(second)).isEqualTo(new InWindow(used(1, FROM, UNTIL - 1), cut));
        assertThat(second.plus(first).cut()).isEqualTo(cut);
    }

    /** As it travels between instances, also where nothing is cut. */
    @Test
    void shouldBeWhatItWasOnceItWasWrittenAndRead() {
        for (InWindow each :
                new InWindow[] {
                    InWindow.NOTHING, new InWindow(used(1, 2, 3), used(4, 5, 6)),
                }) {
            assertThat(LedgerCodec.readRow(LedgerCodec.writeRow(each), InWindow.class))
                    .isEqualTo(each);
        }
    }

    private static Totals used(long tokens, long firstMs, long lastMs) {
        return new Totals(TokenCounts.of(tokens, 0), 0, Money.ofPico(tokens), 1, firstMs, lastMs);
    }
}
