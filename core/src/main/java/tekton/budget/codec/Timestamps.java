package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneOffset;

/**
 * Times as text: ISO-8601 in, UTC with {@code Z} out, to the millisecond. Finer digits are cut.
 * Without an offset a time is UTC; a date alone is its midnight.
 */
public final class Timestamps {

    private static final String PATTERN = "dddd-dd-ddTdd:dd:dd";

    /** What a message says is expected. */
    public static final String EXPECTED = "an ISO-8601 time such as 2026-05-01T10:00:00Z";

    private static final byte[] PLAIN = "0000-00-00T00:00:00Z".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] PLAIN_MILLIS =
            "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.US_ASCII);

    private static final long DAY_MS = 86_400_000;

    /** The year 10000 begins, whose digits are five. */
    private static final long PLAIN_END_MS = 253_402_300_800_000L;

    private Timestamps() {}

    /** Epoch milliseconds, or null when the text is no such time. */
    public static @Nullable Long parseMs(String text) {
        Long plain = parsePlainUtc(text);
        return plain != null ? plain : parseAnyIso(text);
    }

    /**
     * ISO-8601 in UTC, with milliseconds where there are any. At a fraction of java.time's cost,
     * for each record has two or three.
     */
    public static String format(long epochMs) {
        if (epochMs < 0 || epochMs >= PLAIN_END_MS) {
            return Instant.ofEpochMilli(epochMs).toString();
        }
        LocalDate date = LocalDate.ofEpochDay(epochMs / DAY_MS);
        int ofDay = (int) (epochMs % DAY_MS);
        int milli = ofDay % 1_000;
        byte[] text = (milli == 0 ? PLAIN : PLAIN_MILLIS).clone();
        digits(text, 0, 4, date.getYear());
        digits(text, 5, 2, date.getMonthValue());
        digits(text, 8, 2, date.getDayOfMonth());
        digits(text, 11, 2, ofDay / 3_600_000);
        digits(text, 14, 2, ofDay / 60_000 % 60);
        digits(text, 17, 2, ofDay / 1_000 % 60);
        if (milli != 0) {
            digits(text, 20, 3, milli);
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void digits(byte[] text, int from, int count, int number) {
        int rest = number;
        for (int i = from + count - 1; i >= from; i--, rest /= 10) {
            text[i] = (byte) ('0' + rest % 10);
        }
    }

    /**
     * The form that nearly every producer writes, {@code yyyy-MM-ddTHH:mm:ss[.fraction]Z}, at a
     * tenth of java.time's cost; null for any other.
     */
    private static @Nullable Long parsePlainUtc(String text) {
        int length = text.length();
        if (length < PATTERN.length() + 1 || text.charAt(length - 1) != 'Z') {
            return null;
        }
        for (int i = 0; i < PATTERN.length(); i++) {
            char expected = PATTERN.charAt(i);
            char found = text.charAt(i);
            if (expected == 'd' ? found < '0' || found > '9' : found != expected) {
                return null;
            }
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (month < 1 || month > 12 || day < 1 || hour > 23) {
            return null;
        }
        if (day > 28 && day > Month.of(month).length(Year.isLeap(year))) {
            return null;
        }
        if (minute > 59 || second > 59) {
            return null;
        }
        int milli = 0;
        if (length > PATTERN.length() + 1) {
            if (text.charAt(PATTERN.length()) != '.' || length > PATTERN.length() + 11) {
                return null;
            }
            int weight = 100;
            for (int i = PATTERN.length() + 1; i < length - 1; i++, weight /= 10) {
                char digit = text.charAt(i);
                if (digit < '0' || digit > '9') {
                    return null;
                }
                milli += (digit - '0') * weight;
            }
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return ((days * 24 + hour) * 60 + minute) * 60_000L + second * 1_000L + milli;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }

    private static @Nullable Long parseAnyIso(String text) {
        try {
            if (text.indexOf('T') < 0 && text.indexOf('t') < 0 && text.indexOf(' ') < 0) {
                return LocalDate.parse(text)
                        .atStartOfDay()
                        .toInstant(ZoneOffset.UTC)
                        .toEpochMilli();
            }
            String iso = text.replace(' ', 'T');
            int time = iso.indexOf('T') < 0 ? iso.indexOf('t') : iso.indexOf('T');
            boolean offset =
                    iso.endsWith("Z")
                            || iso.endsWith("z")
                            || iso.indexOf('+', time) > 0
                            || iso.indexOf('-', time) > 0;
            return offset
                    ? OffsetDateTime.parse(iso).toInstant().toEpochMilli()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }
}
