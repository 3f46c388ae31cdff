package tekton.budget.api.letters;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.metering.query.DeadLetterQueries.ShownDeadLetter;

/** What may be sent again, and by which id. */
class ResendRuleTest {

    @ParameterizedTest
    @ValueSource(strings = {"budget.usage", "budget.usage-strays"})
    void shouldSendUsageAgain(String topic) {
        assertThat(ResendRule.refusal(letter(topic, 3, false))).isEmpty();
        assertThat(ResendRule.target().name()).isEqualTo("budget.usage");
    }

    @Test
    void shouldNotWriteWhatIsNotOurs() {
        assertThat(ResendRule.refusal(letter("gateway.calls", 0, false)))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("gateway.calls", "topic of others"));
        assertThat(ResendRule.refusal(letter("budget.requests", 0, false)))
                .hasValueSatisfying(why -> assertThat(why).contains("budget.requests", "anew"));
    }

    @Test
    void shouldNotWriteAPartOfARecord() {
        assertThat(ResendRule.refusal(letter("budget.usage", 0, true)))
                .hasValueSatisfying(why -> assertThat(why).contains("cut"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"budget.usage", "budget.usage-strays", "gateway.calls"})
    void shouldNotCountAConflictBesideTheFirst(String topic) {
        assertThat(ResendRule.refusal(letter("conflict", topic, 0, false)))
                .hasValueSatisfying(
                        why ->
                                assertThat(why)
                                        .contains("stands", "24 to 48 hours", "beside the first")
                                        .doesNotContain("from its source"));
    }

    @Test
    void shouldSayWhatBecomesOfWhatIsSentAgain() {
        assertThat(ResendRule.advice(letter("budget.usage", 0, false)))
                .contains("becomes a dead letter again", "this version takes", "count twice")
                .doesNotContain("too far ahead");
        assertThat(ResendRule.advice(letter("timestamp", "budget.usage", 0, false)))
                .contains("too far ahead may count now", "24 to 48 hours", "count twice");
    }

    @Test
    void shouldNotGuessWhereItStood() {
        assertThat(ResendRule.refusal(letter(null, 0, false))).isPresent();
        assertThat(ResendRule.refusal(letter("budget.usage", null, false))).isPresent();
    }

    @Test
    void shouldReadTheIdsThatItWrites() {
        assertThat(DeadLetterJson.id(letter("budget.usage", 3, false))).isEqualTo("0:17");
        assertThat(DeadLetterJson.offset("0:17")).hasValue(17);
        for (String none : new String[] {"17", "1:17", "0:", "0:-1", "0:x", "0:1.5", ""}) {
            assertThat(DeadLetterJson.offset(none)).as(none).isEmpty();
        }
    }

    private static ShownDeadLetter letter(
            @Nullable String topic, @Nullable Integer partition, boolean cut) {
        return letter("invalid", topic, partition, cut);
    }

    private static ShownDeadLetter letter(
            String reason, @Nullable String topic, @Nullable Integer partition, boolean cut) {
        return new ShownDeadLetter(
                0, 17, 0, reason, "why", topic, partition, 4L, null, "k", "v", 1, cut);
    }
}
