package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Random;

class TimestampsTest {

    @ParameterizedTest
    @CsvSource({
        "2026-05-01T10:00:00Z,2026-05-01T10:00:00Z",
        "2026-05-31T10:00:00.123Z,2026-05-31T10:00:00.123Z",
        "2026-05-01T10:00:00.1234567Z,2026-05-01T10:00:00.123Z",
        "2026-05-01T10:00:00.5Z,2026-05-01T10:00:00.500Z",
        "2026-05-01T10:00:00+02:00,2026-05-01T08:00:00Z",
        "2026-05-01T10:00:00-05:30,2026-05-01T15:30:00Z",
        "2026-05-01T10:00:00,2026-05-01T10:00:00Z",
        "2026-05-01 10:00:00.25,2026-05-01T10:00:00.250Z",
        "2026-05-01,2026-05-01T00:00:00Z",
        "2024-02-29T23:59:59Z,2024-02-29T23:59:59Z",
    })
    void shouldReadIsoTimes(String text, Instant expected) {
        assertThat(Timestamps.parseMs(text)).isEqualTo(expected.toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-13-01T10:00:00Z",
                "2026-02-29T10:00:00Z",
                "2026-05-01T24:00:01Z",
                "2026-05-01T10:60:00Z",
                "2026-05-01T10:00:00.12x4Z",
                "2026-05-01T10:00:00ZZ",
                "1764000000"
            })
    void shouldReadNothingElse(String text) {
        assertThat(Timestamps.parseMs(text)).isNull();
    }

    @Test
    void shouldAgreeWithJavaTimeOnAnyInstant() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            Instant instant = Instant.ofEpochMilli(random.nextLong(0, 4_102_444_800_000L));

            assertThat(Timestamps.parseMs(instant.toString())).isEqualTo(instant.toEpochMilli());
            assertThat(Timestamps.format(instant.toEpochMilli())).isEqualTo(instant.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                999,
                -1,
                1_709_164_800_000L,
                253_402_300_799_999L,
                253_402_300_800_000L,
                Long.MAX_VALUE,
                Long.MIN_VALUE
            })
    void shouldWriteTheEndsOfTimeAsJavaTimeDoes(long ms) {
        assertThat(Timestamps.format(ms)).isEqualTo(Instant.ofEpochMilli(ms).toString());
    }

    @Test
    void shouldKnowWhichDaysThereAre() {
        for (int year : new int[] {1900, 2000, 2023, 2024}) {
            for (int month = 1; month <= 12; month++) {
                for (int day = 1; day <= 32; day++) {
                    boolean exists = day <= YearMonth.of(year, month).lengthOfMonth();

                    assertThat(
                                    Timestamps.parseMs(
                                            "%d-%02d-%02dT00:00:01Z".formatted(year, month, day)))
                            .as("%d-%d-%d", year, month, day)
                            .isEqualTo(
                                    exists
                                            ? LocalDateTime.of(year, month, day, 0, 0, 1)
                                                    .toInstant(ZoneOffset.UTC)
                                                    .toEpochMilli()
                                            : null);
                }
            }
        }
    }
}
