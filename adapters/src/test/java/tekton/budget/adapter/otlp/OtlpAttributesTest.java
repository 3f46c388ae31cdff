package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Values in whichever type senders write them, and never too many. */
class OtlpAttributesTest {

    private final OtlpAttributes attributes = new OtlpAttributes();

    @Test
    void shouldReadWholeNumbersOfEveryType() {
        attributes.put("long", 12L);
        attributes.put("double", 12.0);
        attributes.put("text", " 12 ");
        attributes.put("half", 1.5);
        attributes.put("nan", Double.NaN);
        attributes.put("infinite", Double.POSITIVE_INFINITY);
        attributes.put("truth", true);
        attributes.put("words", "twelve");

        assertThat(attributes.count("long")).isEqualTo(12);
        assertThat(attributes.count("double")).isEqualTo(12);
        assertThat(attributes.count("text")).isEqualTo(12);
        assertThat(attributes.count("half")).isNull();
        assertThat(attributes.count("nan")).isNull();
        assertThat(attributes.count("infinite")).isNull();
        assertThat(attributes.count("truth")).isNull();
        assertThat(attributes.count("words", "absent", "long")).isEqualTo(12);
        assertThat(attributes.countOrZero("absent")).isZero();
        assertThat(attributes.text("absent", "truth")).isEqualTo("true");
    }

    @Test
    void shouldKeepTheFirstThousandNames() {
        for (int i = 0; i <= OtlpAttributes.COUNT_MAX; i++) {
            attributes.put("a" + i, (long) i);
        }

        assertThat(attributes.has("a" + (OtlpAttributes.COUNT_MAX - 1))).isTrue();
        assertThat(attributes.has("a" + OtlpAttributes.COUNT_MAX)).isFalse();
    }
}
