package tekton.budget.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.settings.InvalidSettingException;

class CrossOriginTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080",
                "http://127.0.0.1",
                "https://[::1]:1",
                "http://LOCALHOST"
            })
    void shouldLetPagesOfThisMachineCall(String origin) {
        assertThat(CrossOrigin.parse(CrossOrigin.LOOPBACK).allows(origin)).isTrue();
        assertThat(CrossOrigin.parse("none").allows(origin)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost.example.com",
                "http://example.com",
                "http://127.0.0.1.example.com",
                "null",
                "",
                "file://localhost",
                "http://localhost:80@example.com",
                "not an origin",
            })
    void shouldNotTakeOthersForThisMachine(String origin) {
        assertThat(CrossOrigin.parse(CrossOrigin.LOOPBACK).allows(origin)).isFalse();
    }

    @Test
    void shouldAllowWhatIsNamed() {
        CrossOrigin origins = CrossOrigin.parse("https://tekton.example:8443, loopback");

        assertThat(origins.allows("https://Tekton.example:8443")).isTrue();
        assertThat(origins.allows("https://tekton.example")).isFalse();
        assertThat(origins.allows("http://localhost:1")).isTrue();
        assertThat(CrossOrigin.parse("*").allows("https://anywhere.example")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "https://a/b", "https://u@a", "ftp://a", "https://a?b"})
    void shouldRefuseWhatIsNoOrigin(String text) {
        assertThatThrownBy(() -> CrossOrigin.parse(text))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("BUDGET_CORS_ORIGINS: " + text);
    }
}
