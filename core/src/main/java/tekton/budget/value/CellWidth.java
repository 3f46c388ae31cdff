package tekton.budget.value;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How much time one total of usage is kept for. Cells of every width begin on the full UTC hour, so
 * finer ones lie within a coarser one, and sums over any mixture of them are exact. Windows of time
 * in a zone begin and end with cells of its width: a day in Kolkata with half hours.
 */
public enum CellWidth {
    HOUR(60),
    HALF_HOUR(30),
    QUARTER_HOUR(15);

    /**
     * What every zone's windows can be summed from, and what is right while a zone is not known.
     */
    public static final CellWidth FINEST = QUARTER_HOUR;

    /** A budget may have usage from before it was made; no total is kept for longer. */
    private static final Duration LOOKED_BACK = Duration.ofDays(400);

    /** Rules that hold for ever say the same of every year. */
    private static final int ANY_YEAR = 2100;

    private final int minutes;

    CellWidth(int minutes) {
        this.minutes = minutes;
    }

    /**
     * The widest cells that the windows of a budget are sums of, by all that is known of its zone
     * from 400 days before it was made, and for ever after.
     *
     * @param zone an IANA name or an offset
     * @param madeAtMs epoch milliseconds
     * @return empty when there is no such zone, or windows in it cut a quarter of an hour
     */
    public static Optional<CellWidth> ofBudget(String zone, long madeAtMs) {
        try {
            ZoneRules rules = ZoneId.of(zone).getRules();
            Instant since = Instant.ofEpochMilli(madeAtMs).minus(LOOKED_BACK);
            LongStream changes =
                    LongStream.concat(
                            rules.getTransitions().stream()
                                    .filter(change -> change.getInstant().isAfter(since))
                                    .flatMapToLong(CellWidth::seconds),
                            rules.getTransitionRules().stream()
                                    .map(rule -> rule.createTransition(ANY_YEAR))
                                    .flatMapToLong(CellWidth::seconds));
            return dividing(
                    LongStream.concat(LongStream.of(seconds(rules.getOffset(since))), changes));
        } catch (DateTimeException noSuchZone) {
            return Optional.empty();
        }
    }

    /**
     * The widest cells that fit a zone's offsets in a span of time, both ends included; empty when
     * they cut a quarter of an hour.
     */
    public static Optional<CellWidth> between(ZoneId zone, Instant from, Instant to) {
        ZoneRules rules = zone.getRules();
        LongStream.Builder offsets = LongStream.builder().add(seconds(rules.getOffset(from)));
        ZoneOffsetTransition next = rules.nextTransition(from);
        while (next != null && !next.getInstant().isAfter(to)) {
            offsets.add(seconds(next.getOffsetAfter()));
            next = rules.nextTransition(next.getInstant());
        }
        return dividing(offsets.build());
    }

    /** Where the cell of an instant begins: at a multiple of its minutes. */
    public EpochMinute begin(long epochMs) {
        return new EpochMinute(
                Math.floorDiv(epochMs, Duration.ofMinutes(minutes).toMillis()) * minutes);
    }

    /** True when one of these cells begins at that time. */
    public boolean beginsAt(Instant at) {
        return at.getNano() == 0 && divides(at.getEpochSecond());
    }

    private boolean divides(long seconds) {
        return seconds % Duration.ofMinutes(minutes).toSeconds() == 0;
    }

    /** When clocks are changed, and what they show then. */
    private static LongStream seconds(ZoneOffsetTransition change) {
        return LongStream.of(
                change.getInstant().getEpochSecond(), seconds(change.getOffsetAfter()));
    }

    private static long seconds(ZoneOffset offset) {
        return offset.getTotalSeconds();
    }

    private static Optional<CellWidth> dividing(LongStream seconds) {
        long[] all = seconds.toArray();
        return Arrays.stream(values())
                .filter(width -> Arrays.stream(all).allMatch(width::divides))
                .findFirst();
    }
}
