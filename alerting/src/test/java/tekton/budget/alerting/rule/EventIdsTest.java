package tekton.budget.alerting.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.UUID;

class EventIdsTest {

    @Test
    void shouldKeepItsIdsAsTheyAre() {
        // printf 'a\0b\0' | sha256sum, the version and the variant put in
        assertThat(EventIds.of("a", "b")).isEqualTo(EXPECTED);
        assertThat(UUID.fromString(EventIds.of("a", "b")).version()).isEqualTo(8);
    }

    @Test
    void shouldTellPartsApart() {
        assertThat(EventIds.of("ab", "")).isNotEqualTo(EventIds.of("a", "b"));
        assertThat(EventIds.of("a", null)).isNotEqualTo(EventIds.of("a", ""));
    }

    private static final String EXPECTED = "8fb20ef6-3ced-8145-bc2e-983ffe597d1d";
}
