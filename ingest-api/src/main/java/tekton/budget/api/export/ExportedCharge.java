package tekton.budget.api.export;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.Totals;
import tekton.budget.value.UsageBounds;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * What one cell used in one UTC hour, in the words of billing tools. Pure.
 *
 * @param key the hour and the cell
 * @param totals what was used
 * @param asOf when the export was asked for: what had been counted by then is in it
 */
record ExportedCharge(ChargeKey key, Totals totals, Instant asOf) {

    /**
     * How long after its end an hour may still grow: a record may be 35 days old when Kafka takes
     * it, some minutes are tolerated, and the rest of the hour is for what was taken and has not
     * been counted yet.
     */
    static final Duration OPEN = UsageBounds.AGE_MAX.plus(Duration.ofHours(1));

    Cell cell() {
        return key.cell();
    }

    /** Its first instant. */
    String periodStart() {
        return Timestamps.format(key.hour().startMs());
    }

    /** The first instant behind it. */
    String periodEnd() {
        return periodEndsAt().toString();
    }

    /** The first instant of its UTC month. */
    String billingStart() {
        return month().toInstant().toString();
    }

    /** The first instant behind its UTC month. */
    String billingEnd() {
        return month().plusMonths(1).toInstant().toString();
    }

    /** What the price list knows it by. */
    String sku() {
        return cell().provider() + '/' + cell().model();
    }

    /** The known cost in dollars, a plain decimal: exact, and without what has no price. */
    String cost() {
        return totals.cost().toString();
    }

    /** All tokens, those without a price too. */
    String tokens() {
        return Long.toString(totals.tokens().total());
    }

    /** True when no record of the hour is taken any more. */
    boolean isClosed() {
        return !asOf.isBefore(periodEndsAt().plus(OPEN));
    }

    /** What it is, and where the cost is not the whole cost that too. */
    String description() {
        String what = "Tokens of " + cell().model();
        long unpriced = totals.unpricedTokens();
        if (unpriced == 0) {
            return what;
        }
        long all = totals.tokens().total();
        return unpriced == all
                ? what + ": their price is not known, so the cost is unknown and not 0"
                : what
                        + ": the price of %d of %d is not known, so the cost is that of the others"
                                .formatted(unpriced, all);
    }

    /** What tells it apart beside its budget and model, a JSON object. */
    String tags() {
        return new JsonBytes(128)
                .open('{')
                .property("component", cell().component())
                .property("task_type", cell().taskType())
                .property("tier", cell().tier().wireName())
                .close('}')
                .toString();
    }

    private Instant periodEndsAt() {
        return Instant.ofEpochMilli(key.hour().startMs()).plus(1, ChronoUnit.HOURS);
    }

    private ZonedDateTime month() {
        return Instant.ofEpochMilli(key.hour().startMs())
                .atZone(ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.DAYS)
                .withDayOfMonth(1);
    }
}
