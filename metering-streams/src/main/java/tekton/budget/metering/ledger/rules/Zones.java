package tekton.budget.metering.ledger.rules;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;

/** Which zones windows can have: spending is kept by the UTC hour. */
final class Zones {

    private static final int HOUR_SECONDS = 3_600;

    private Zones() {}

    /** True when there is such a zone and it is whole hours from UTC, now and from now on. */
    static boolean isUsable(String zone, long atMs) {
        try {
            ZoneRules rules = ZoneId.of(zone).getRules();
            // A month's window that is current now began this long ago at most.
            Instant since = Instant.ofEpochMilli(atMs).minus(Duration.ofDays(32));
            return isWhole(rules.getOffset(since))
                    && rules.getTransitions().stream()
                            .filter(change -> change.getInstant().isAfter(since))
                            .allMatch(change -> isWhole(change.getOffsetAfter()))
                    && rules.getTransitionRules().stream()
                            .allMatch(rule -> isWhole(rule.getOffsetAfter()));
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isWhole(ZoneOffset offset) {
        return offset.getTotalSeconds() % HOUR_SECONDS == 0;
    }
}
