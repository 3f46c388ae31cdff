package tekton.budget.value;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;

/**
 * The hours of a zone's clocks. One begins whenever clocks show a full hour, and whenever they are
 * changed: so hours follow each other without gap and overlap, and each holds its own beginning.
 * Where clocks change by half an hour, or at a quarter to, hours beside the change are shorter.
 */
public final class ZoneHour {

    private static final long SECONDS = Duration.ofHours(1).toSeconds();

    private ZoneHour() {}

    /** The beginning of the hour that an instant lies in, in its zone. */
    public static ZonedDateTime begin(ZonedDateTime at) {
        Instant full = fullHour(at);
        ZoneOffsetTransition change =
                at.getZone().getRules().previousTransition(at.toInstant().plusNanos(1));
        Instant begin =
                change != null && change.getInstant().isAfter(full) ? change.getInstant() : full;
        return begin.atZone(at.getZone());
    }

    /** The beginning of the next hour, in its zone. */
    public static ZonedDateTime end(ZonedDateTime at) {
        ZoneId zone = at.getZone();
        Instant full = fullHour(at).plusSeconds(SECONDS);
        ZoneOffsetTransition change = zone.getRules().nextTransition(at.toInstant());
        Instant end =
                change != null && change.getInstant().isBefore(full) ? change.getInstant() : full;
        return end.atZone(zone);
    }

    /** When clocks with the offset of that instant last showed a full hour. */
    private static Instant fullHour(ZonedDateTime at) {
        long offset = at.getOffset().getTotalSeconds();
        return Instant.ofEpochSecond(
                Math.floorDiv(at.toEpochSecond() + offset, SECONDS) * SECONDS - offset);
    }
}
