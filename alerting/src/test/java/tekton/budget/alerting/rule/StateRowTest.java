package tekton.budget.alerting.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.codec.AlertCodec;

import java.time.Instant;

class StateRowTest {

    @Test
    void shouldBeReadAsItWasWritten() {
        StateRow.Priced priced =
                new StateRow.Priced(
                        "openai",
                        "a/b",
                        new StateRow.Priced.KnownVersion(
                                "litellm", Instant.EPOCH, Instant.EPOCH, 1, 2, "terms"),
                        null);
        StateRow.Named named = new StateRow.Named("team", "Team", null);
        StateRow.Tally tally = new StateRow.Tally("dead_letter/", 3, 4);

        assertThat(AlertCodec.readRow(AlertCodec.writeRow(priced), StateRow.Priced.class))
                .isEqualTo(priced);
        assertThat(AlertCodec.readRow(AlertCodec.writeRow(named), StateRow.Named.class))
                .isEqualTo(named);
        assertThat(AlertCodec.readRow(AlertCodec.writeRow(tally), StateRow.Tally.class))
                .isEqualTo(tally);
    }
}
