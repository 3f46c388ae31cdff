package tekton.budget.api.alerts;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.codec.JsonFields;

import java.time.Duration;

/** How long an alert is snoozed: {@code minutes}, or {@code until} a time. */
final class SnoozeFields {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    private static final String MINUTES =
            "an integer from 0, which ends it, to " + LONGEST.toMinutes();
    private static final String UNTIL =
            "a time 1 minute to %d days ahead, or null, which ends it".formatted(LONGEST.toDays());

    private SnoozeFields() {}

    /**
     * Until when, epoch milliseconds; null when it ends.
     *
     * @param nowMs epoch milliseconds
     * @throws tekton.budget.api.http.ProblemException 422 if not exactly one of the fields is
     *     there, or it is out of bounds
     */
    static @Nullable Long untilMs(JsonFields fields, long nowMs) {
        Long untilMs = fields.timeMs("until");
        Long minutes = fields.integer("minutes", 0, LONGEST.toMinutes());
        if (untilMs != null
                && (untilMs < nowMs + SHORTEST.toMillis()
                        || untilMs > nowMs + LONGEST.toMillis())) {
            fields.refuse("until", ProblemKind.BOUND, UNTIL);
        }
        boolean timed = untilMs != null || fields.isNull("until");
        if (timed && fields.has("minutes")) {
            fields.refuse("minutes", ProblemKind.SHAPE, "absent, as there is until");
        } else if (!timed && !fields.has("minutes") && fields.problems().isEmpty()) {
            fields.missing("minutes", MINUTES + "; or until: " + UNTIL);
        }
        JsonBodies.check(fields);
        if (minutes == null) {
            return untilMs;
        }
        return minutes == 0 ? null : (Long) (nowMs + Duration.ofMinutes(minutes).toMillis());
    }
}
