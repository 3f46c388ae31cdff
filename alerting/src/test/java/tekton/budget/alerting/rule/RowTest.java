package tekton.budget.alerting.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.codec.AlertCodec;

import java.time.Instant;

class RowTest {

    @Test
    void shouldBeReadAsItWasWritten() {
        Row.Priced priced =
                new Row.Priced(
                        "openai",
                        "a/b",
                        new Row.Priced.Version(
                                "litellm", Instant.EPOCH, Instant.EPOCH, 1, 2, "terms"),
                        null);
        Row.Named named = new Row.Named("team", "Team", null);
        Row.Tally tally = new Row.Tally("dead_letter/", 3, 4);

        assertThat(AlertCodec.readRow(AlertCodec.writeRow(priced), Row.Priced.class))
                .isEqualTo(priced);
        assertThat(AlertCodec.readRow(AlertCodec.writeRow(named), Row.Named.class))
                .isEqualTo(named);
        assertThat(AlertCodec.readRow(AlertCodec.writeRow(tally), Row.Tally.class))
                .isEqualTo(tally);
    }
}
