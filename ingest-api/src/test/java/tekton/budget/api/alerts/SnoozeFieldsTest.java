package tekton.budget.api.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.ProblemException;

import java.time.Instant;

class SnoozeFieldsTest {

    private static final long NOW_MS = Instant.parse("2026-05-01T10:00:00Z").toEpochMilli();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"minutes\": 1} | 2026-05-01T10:01:00Z",
                "{\"minutes\": 43200, \"until\": \"\"} | 2026-05-31T10:00:00Z",
                "{\"until\": \"2026-05-01T10:01:00Z\"} | 2026-05-01T10:01:00Z",
                "{\"until\": \"2026-05-31T12:00:00+02:00\"} | 2026-05-31T10:00:00Z",
                "{\"until\": \"2026-05-02\", \"minutes\": null} | 2026-05-02T00:00:00Z",
                "{\"minutes\": 0} |",
                "{\"until\": null} |"
            })
    void shouldReadUntilWhen(String body, Instant until) {
        assertThat(untilMs(body)).isEqualTo(until == null ? null : until.toEpochMilli());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | minutes: missing",
                "{\"until\": \"\"} | minutes: missing",
                "{\"minutes\": null} | minutes: missing",
                "{\"minutes\": -1} | minutes: -1",
                "{\"minutes\": 43201} | minutes: 43201",
                "{\"minutes\": 1.5} | minutes: 1.5",
                "{\"until\": \"2026-05-01T10:00:59.999Z\"} | until: ",
                "{\"until\": \"2026-05-31T10:00:00.001Z\"} | until: ",
                "{\"until\": \"2026-04-01T10:00:00Z\"} | until: ",
                "{\"until\": \"tomorrow\"} | until: ",
                "{\"until\": null, \"minutes\": 5} | minutes: 5",
                "{\"until\": \"2026-05-01T11:00:00Z\", \"minutes\": 5} | minutes: 5"
            })
    void shouldRefuseWhatIsOutOfBoundsOrUnclear(String body, String message) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> untilMs(body))
                .satisfies(
                        refused -> {
                            assertThat(refused.problem().type().status()).isEqualTo(422);
                            assertThat(refused.problem().detail()).startsWith(message);
                        });
    }

    @Test
    void shouldNameOneMistakeOnce() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> untilMs("{\"until\": 5}"))
                .satisfies(
                        refused ->
                                assertThat(refused.problem().detail())
                                        .startsWith("until: 5")
                                        .doesNotContain("minutes:"));
    }

    private static Long untilMs(String body) {
        return SnoozeFields.untilMs(JsonBodies.fields(body.getBytes(UTF_8)), NOW_MS);
    }
}
