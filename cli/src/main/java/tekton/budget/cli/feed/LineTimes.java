package tekton.budget.cli.feed;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Times as files write them. */
final class LineTimes {

    private static final int DATE = 10;
    private static final int SECONDS_DIGITS = 11;

    private LineTimes() {}

    /**
     * ISO-8601 with a T or a blank, UTC without an offset; or seconds or milliseconds since 1970.
     *
     * @throws DateTimeException when it is none of these
     */
    static Instant read(String text) {
        String value = text.strip();
        if (!value.isEmpty() && value.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.')) {
            return sinceEpoch(value);
        }
        if (value.length() > DATE && value.charAt(DATE) == ' ') {
            value = value.substring(0, DATE) + "T" + value.substring(DATE + 1);
        }
        if (value.endsWith("+00")) {
            // PostgreSQL's short offset.
            value += ":00";
        }
        boolean offset =
                value.endsWith("Z")
                        || value.lastIndexOf('+') > DATE
                        || value.lastIndexOf('-') > DATE;
        return offset
                ? OffsetDateTime.parse(value).toInstant()
                : LocalDateTime.parse(value).toInstant(ZoneOffset.UTC);
    }

    private static Instant sinceEpoch(String value) {
        int point = value.indexOf('.');
        String whole = point < 0 ? value : value.substring(0, point);
        try {
            long number = Long.parseLong(whole);
            if (whole.length() > SECONDS_DIGITS) {
                return Instant.ofEpochMilli(number);
            }
            long nanos =
                    point < 0
                            ? 0
                            : Long.parseLong(
                                    (value.substring(point + 1) + "000000000").substring(0, 9));
            return Instant.ofEpochSecond(number, nanos);
        } catch (NumberFormatException notOne) {
            throw new DateTimeException(value, notOne);
        }
    }
}
