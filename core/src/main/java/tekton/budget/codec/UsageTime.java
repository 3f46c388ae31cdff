package tekton.budget.codec;

import tekton.budget.event.UsageReported;
import tekton.budget.value.Shown;
import tekton.budget.value.UsageBounds;

import java.time.Duration;
import java.util.Optional;

/** The bounds on a record's timestamp, judged against a clock that the caller names. */
public final class UsageTime {

    private UsageTime() {}

    /**
     * At the edge: against the server's clock.
     *
     * @param timestampMs the time that the record will have, sent or the edge's
     */
    public static Optional<FieldProblem> checkAtEdge(long timestampMs, long nowMs) {
        return check(timestampMs, nowMs, Duration.ZERO);
    }

    /**
     * In the topology: against append time, more tolerant by {@link UsageBounds#APPEND_TOLERANCE}.
     */
    public static Optional<FieldProblem> checkAtAppend(UsageReported usage, long appendTimeMs) {
        return check(usage.timestampMs(appendTimeMs), appendTimeMs, UsageBounds.APPEND_TOLERANCE);
    }

    private static Optional<FieldProblem> check(long atMs, long nowMs, Duration tolerance) {
        if (atMs < nowMs - UsageBounds.AGE_MAX.plus(tolerance).toMillis()
                || atMs > nowMs + UsageBounds.AHEAD_MAX.plus(tolerance).toMillis()) {
            return Optional.of(
                    FieldProblem.of(
                            FieldProblem.ProblemKind.BOUND,
                            "timestamp",
                            Shown.text(Timestamps.format(atMs)),
                            "at most %d days before and %d minutes after %s"
                                    .formatted(
                                            UsageBounds.AGE_MAX.toDays(),
                                            UsageBounds.AHEAD_MAX.toMinutes(),
                                            Timestamps.format(nowMs))));
        }
        return Optional.empty();
    }
}
