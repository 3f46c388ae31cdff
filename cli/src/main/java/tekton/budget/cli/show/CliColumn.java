package tekton.budget.cli.show;

import tekton.budget.cli.call.JsonTree;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;

/**
 * A column of a table for people.
 *
 * @param path where the value is in a row
 * @param title over the column
 */
public record CliColumn(String path, String title, CellKind kind) {

    /** How a value is written. */
    public enum CellKind {
        TEXT,
        /** An integer with its thousands apart. */
        COUNT,
        /** Exact USD with its thousands apart. */
        MONEY,
        /** USD per token, shown per million tokens. */
        RATE,
        /** A fraction, shown in percent. */
        SHARE,
        /** A time in the zone of the one who asks. */
        TIME,
        /** Yes or no. */
        FLAG;

        boolean right() {
            return this == COUNT || this == MONEY || this == RATE || this == SHARE;
        }
    }

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final int CENTS = 2;

    /** Reads {@code path:Title} or {@code path:Title:kind}. */
    public static CliColumn of(String text) {
        String[] parts = text.split(":", -1);
        CellKind kind =
                parts.length < 3
                        ? CellKind.TEXT
                        : CellKind.valueOf(parts[2].toUpperCase(java.util.Locale.ROOT));
        return new CliColumn(parts[0], parts[1], kind);
    }

    /** The value of a row, on one line; empty when it is absent. */
    public String show(JsonTree row, ZoneId zone) {
        JsonTree value = row.path(path);
        if (value.isNull()) {
            return "";
        }
        return switch (kind) {
            case COUNT -> value.isNumber() ? grouped(value.amount()) : value.text();
            case MONEY -> value.isNumber() ? money(value.amount()) : value.text();
            case RATE -> value.isNumber() ? money(value.amount().multiply(MILLION)) : value.text();
            case SHARE -> value.isNumber() ? percent(value.amount()) : value.text();
            case TIME -> time(value.text(), zone);
            case FLAG -> value.isTrue() ? "yes" : "no";
            case TEXT -> value.isArray() ? list(value) : printable(value.text());
        };
    }

    private static String list(JsonTree array) {
        StringBuilder out = new StringBuilder();
        for (JsonTree item : array.items()) {
            String message = item.at("message").text();
            out.append(out.isEmpty() ? "" : ", ")
                    .append(printable(message.isEmpty() ? item.text() : message));
        }
        return out.toString();
    }

    /** Control characters could steer the terminal. */
    static String printable(String text) {
        return text.codePoints().anyMatch(Character::isISOControl)
                ? text.replaceAll("\\p{Cntrl}", "?")
                : text;
    }

    /** USD, exact, with at least two places. */
    public static String money(BigDecimal amount) {
        BigDecimal plain = amount.stripTrailingZeros();
        return grouped(
                plain.scale() < CENTS ? plain.setScale(CENTS, RoundingMode.UNNECESSARY) : plain);
    }

    /** An exact number with its thousands apart. */
    public static String grouped(BigDecimal number) {
        String plain = number.toPlainString();
        int point = plain.indexOf('.');
        int end = point < 0 ? plain.length() : point;
        StringBuilder out = new StringBuilder(plain);
        for (int i = end - 3; i > (plain.startsWith("-") ? 1 : 0); i -= 3) {
            out.insert(i, ',');
        }
        return out.toString();
    }

    private static String percent(BigDecimal share) {
        BigDecimal percent = share.movePointRight(2);
        // Below the limit never shows as 100 %.
        return percent.setScale(1, RoundingMode.DOWN).toPlainString() + "%";
    }

    /** A time of the API in the zone, to the second; other texts as they are. */
    public static String time(String text, ZoneId zone) {
        try {
            ZonedDateTime at = OffsetDateTime.parse(text).atZoneSameInstant(zone);
            StringBuilder out = new StringBuilder(at.toLocalDate().toString()).append(' ');
            two(out, at.getHour()).append(':');
            two(out, at.getMinute()).append(':');
            return two(out, at.getSecond()).append(at.getOffset().getId()).toString();
        } catch (DateTimeParseException other) {
            return printable(text);
        }
    }

    private static StringBuilder two(StringBuilder out, int number) {
        return out.append(number < 10 ? "0" : "").append(number);
    }

    /** A time span in words for people, such as {@code 3 min}. */
    public static String span(Duration span) {
        long seconds = Math.max(0, span.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " days";
    }

    /** How long ago a time of the API was; empty for another text. */
    public static String ago(String text, Instant now) {
        try {
            return span(Duration.between(OffsetDateTime.parse(text).toInstant(), now)) + " ago";
        } catch (DateTimeParseException other) {
            return "";
        }
    }
}
