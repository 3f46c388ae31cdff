package tekton.budget.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.api.live.LiveSettings;
import tekton.budget.settings.Environment;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

class IngestSettingsTest {

    @Test
    void shouldHaveDefaultsThatServeLoopbackOnly() {
        IngestSettings settings = of(Map.of("BUDGET_PORT", " "));

        assertThat(settings.port()).isEqualTo(8013);
        assertThat(settings.bindsLoopback()).isTrue();
        assertThat(settings.advertisedServer()).isEqualTo("localhost:8013");
        assertThat(settings.live()).isEqualTo(new LiveSettings(1_024, Duration.ofSeconds(20)));
    }

    @ParameterizedTest
    @CsvSource({
        "BUDGET_PORT, 65536",
        "BUDGET_PORT, 0",
        "BUDGET_PORT, http",
        "BUDGET_BIND, 0.0.0.0",
        "BUDGET_BIND, 192.0.2.1",
        "BUDGET_BIND, '::'",
        "BUDGET_ALLOW_OPEN_BIND, yes",
        "BUDGET_LIVE_CONNECTIONS, 0",
        "BUDGET_LIVE_CONNECTIONS, 16385",
        "BUDGET_LIVE_HEARTBEAT_SECONDS, 0",
        "BUDGET_LIVE_HEARTBEAT_SECONDS, 121",
        "BUDGET_ZONE, Mars/Olympus",
        "BUDGET_ZONE, +25:00",
        "HERMES_URL, here",
        "HERMES_URL, ftp://localhost/api",
    })
    void shouldRefuseWhatItCannotServeWith(String name, String value) {
        assertThatThrownBy(() -> of(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + ": " + value + " (expected: ");
    }

    @Test
    void shouldServeOthersWithoutKeysOnlyWhenToldTo() {
        Map<String, String> told =
                Map.of("BUDGET_BIND", "0.0.0.0", "BUDGET_ALLOW_OPEN_BIND", "true");

        assertThat(of(told).bind()).isEqualTo("0.0.0.0");
        assertThat(of(Map.of("BUDGET_BIND", "127.0.0.2")).bindsLoopback()).isFalse();
    }

    @Test
    void shouldReadTimesInTheMachinesZoneUnlessToldAnother() {
        assertThat(of(Map.of()).zone()).isEqualTo(ZoneId.systemDefault());
        for (String zone : List.of("America/St_Johns", "UTC", "+05:30")) {
            assertThat(of(Map.of("BUDGET_ZONE", zone)).zone()).isEqualTo(ZoneId.of(zone));
        }
    }

    @Test
    void shouldBoundTheBytesInFlight() {
        assertThat(of(Map.of("BUDGET_IN_FLIGHT_BYTES", "1048576")).bytesInFlightMax())
                .isEqualTo(1 << 20);
        assertThatThrownBy(() -> of(Map.of("BUDGET_IN_FLIGHT_BYTES", "1048575")))
                .hasMessageContaining("1048575 (expected: 1048576 to 1073741824)");
    }

    private static IngestSettings of(Map<String, String> variables) {
        return IngestSettings.of(new Environment(variables));
    }
}
