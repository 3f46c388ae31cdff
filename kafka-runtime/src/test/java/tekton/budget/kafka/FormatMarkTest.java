package tekton.budget.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import tekton.budget.settings.ProgramVersion;

import java.util.Set;

class FormatMarkTest {

    @Test
    void shouldReadTopicsWithoutAMarkAndThoseOfItsOwnFormat() {
        assertThatCode(
                        () ->
                                FormatMark.requireReadable(
                                        Set.of(
                                                "budget.usage",
                                                "budget.format.%d.since.0.1.0"
                                                        .formatted(ProgramVersion.DATA_FORMAT),
                                                "not.budget.format.99.since.9.0.0")))
                .doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseTopicsOfANewerFormat() {
        assertThatThrownBy(
                        () ->
                                FormatMark.requireReadable(
                                        Set.of("budget.usage", "budget.format.12.since.4.5.6")))
                .isInstanceOf(FormatMark.NewerFormatException.class)
                .hasMessage(
                        "topic budget.format.12.since.4.5.6: Budget 4.5.6 has written to this Kafka"
                                + " in data format 12 (expected: at most format %d, which Budget %s"
                                + " reads; start Budget 4.5.6 or a newer one; nothing was changed)",
                        ProgramVersion.DATA_FORMAT, ProgramVersion.NUMBER);
    }
}
