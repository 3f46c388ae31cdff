package tekton.budget.alerting;

import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/** Facts for tests. */
public final class Facts {

    /** When the first window begins. */
    public static final long START_MS = Instant.parse("2026-05-01T00:00:00Z").toEpochMilli();

    /** How long a window is. */
    public static final long DAY_MS = Duration.ofDays(1).toMillis();

    private Facts() {}

    /** A daily limit on tokens in the first window. */
    public static LevelCrossed crossed(Level level, long used, long limit, long atMs) {
        return crossed("team-a", START_MS, level, used, limit, atMs);
    }

    /** A daily limit on tokens in any window. */
    public static LevelCrossed crossed(
            String budgetId, long startMs, Level level, long used, long limit, long atMs) {
        return new LevelCrossed(
                budgetId, null, standing(budgetId, startMs, level, used, limit), atMs);
    }

    /** How a daily limit on tokens stands. */
    public static Standing standing(
            String budgetId, long startMs, Level level, long used, long limit) {
        return new Standing(
                budgetId + ".p1",
                PolicyType.HARD_LIMIT,
                Period.DAILY,
                Scope.ANY,
                startMs,
                startMs + DAY_MS,
                Measure.TOKENS,
                level,
                BigDecimal.valueOf(limit),
                BigDecimal.valueOf(used),
                BigDecimal.ZERO,
                BigDecimal.ZERO);
    }
}
