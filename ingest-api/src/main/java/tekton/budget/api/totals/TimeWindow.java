package tekton.budget.api.totals;

import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.JsonBytes;
import tekton.budget.value.CellWidth;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;
import tekton.budget.value.ZoneHour;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * A span of time in a zone.
 *
 * @param from its first instant
 * @param to the first instant behind it, in the same zone
 */
public record TimeWindow(ZonedDateTime from, ZonedDateTime to) {

    private static final int MINUTE_SECONDS = 60;

    /** The zone of both. */
    public ZoneId zone() {
        return from.getZone();
    }

    /** Its first minute, epoch minutes. */
    public EpochMinute fromMinute() {
        return new EpochMinute(Math.floorDiv(from.toEpochSecond(), MINUTE_SECONDS));
    }

    /** The first minute behind it, epoch minutes. */
    public EpochMinute untilMinute() {
        return new EpochMinute(Math.ceilDiv(to.toEpochSecond(), MINUTE_SECONDS));
    }

    /** The UTC hour that it begins in, epoch minutes: the first that may have something of it. */
    public EpochMinute fromHour() {
        return EpochMinute.hourOf(fromMs());
    }

    /**
     * True when an hourly total lies in it, false when outside.
     *
     * @throws ProblemException 422 if an end of the window cuts it
     */
    public boolean takes(Totals hourly) {
        if (hourly.liesWithin(fromMs(), toMs())) {
            return true;
        }
        if (hourly.liesOutside(fromMs(), toMs())) {
            return false;
        }
        throw cut(hourly);
    }

    /** What is answered where a span of time in its zone cuts what was counted as one hour. */
    public ProblemException cut(Totals hourly) {
        return Query.invalid(
                "query",
                "zone",
                zone().getId(),
                "a zone whole hours from UTC: usage from %s to %s was counted as one cell; only budgets made in such a zone have finer cells"
                        .formatted(
                                Instant.ofEpochMilli(hourly.firstAtMs()),
                                Instant.ofEpochMilli(hourly.lastAtMs())));
    }

    /** The cells that fit its zone from beginning to end; empty when none do. */
    Optional<CellWidth> cells() {
        return CellWidth.between(zone(), from.toInstant(), to.toInstant());
    }

    /** The smallest window of whole hours of its zone that holds this one. */
    public TimeWindow widenedToHours() {
        ZonedDateTime until = ZoneHour.begin(to);
        return new TimeWindow(ZoneHour.begin(from), until.isBefore(to) ? ZoneHour.end(to) : until);
    }

    /** Writes it as properties of an object that the caller has opened. */
    public void properties(JsonBytes json) {
        json.property("from", iso(from)).property("to", iso(to)).property("zone", zone().getId());
    }

    /** A time with its offset. */
    public static String iso(ZonedDateTime time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
    }

    private long fromMs() {
        return from.toInstant().toEpochMilli();
    }

    private long toMs() {
        return to.toInstant().toEpochMilli();
    }
}
