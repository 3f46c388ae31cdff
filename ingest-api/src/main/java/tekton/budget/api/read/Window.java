package tekton.budget.api.read;

import tekton.budget.serde.JsonBytes;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;

/**
 * A span of time in a zone.
 *
 * @param from its first instant
 * @param to the first instant behind it, in the same zone
 */
public record Window(ZonedDateTime from, ZonedDateTime to) {

    private static final int HOUR_SECONDS = 3_600;

    /** The zone of both. */
    public ZoneId zone() {
        return from.getZone();
    }

    /** The bucket it begins with, epoch minutes. */
    public long fromHour() {
        return Math.floorDiv(from.toEpochSecond(), 60);
    }

    /** The bucket it ends before, epoch minutes. */
    public long untilHour() {
        return Math.floorDiv(to.toEpochSecond(), 60);
    }

    /** True when both ends are on a UTC hour, so that hourly totals add up to it. */
    boolean isOnHours() {
        return isOnHour(from) && isOnHour(to);
    }

    /** True when the zone's offset from UTC is whole hours from beginning to end. */
    boolean hasWholeHourOffsets() {
        if (!isWhole(from.getOffset().getTotalSeconds())) {
            return false;
        }
        ZoneOffsetTransition next = zone().getRules().nextTransition(from.toInstant());
        while (next != null && next.getInstant().isBefore(to.toInstant())) {
            if (!isWhole(next.getOffsetAfter().getTotalSeconds())) {
                return false;
            }
            next = zone().getRules().nextTransition(next.getInstant());
        }
        return isWhole(to.getOffset().getTotalSeconds());
    }

    /** The smallest window of whole UTC hours that holds this one. */
    public Window widenedToHours() {
        ZonedDateTime since = utc(from).truncatedTo(ChronoUnit.HOURS);
        ZonedDateTime until = utc(to).truncatedTo(ChronoUnit.HOURS);
        return new Window(
                since.withZoneSameInstant(zone()),
                (until.isBefore(to) ? until.plusHours(1) : until).withZoneSameInstant(zone()));
    }

    /** Writes it as properties of an object that the caller has opened. */
    public void properties(JsonBytes json) {
        json.property("from", iso(from)).property("to", iso(to)).property("zone", zone().getId());
    }

    /** A time with its offset. */
    public static String iso(ZonedDateTime time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
    }

    private static ZonedDateTime utc(ZonedDateTime time) {
        return time.withZoneSameInstant(ZoneOffset.UTC);
    }

    private static boolean isOnHour(ZonedDateTime time) {
        return isWhole(time.toEpochSecond()) && time.getNano() == 0;
    }

    private static boolean isWhole(long seconds) {
        return Math.floorMod(seconds, (long) HOUR_SECONDS) == 0;
    }
}
