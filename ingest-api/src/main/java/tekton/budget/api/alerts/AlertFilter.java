package tekton.budget.api.alerts;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.totals.Query;
import tekton.budget.event.BudgetEvent;

import java.util.Locale;
import java.util.Optional;

/**
 * Which alerts are listed.
 *
 * @param budgetId those of a budget; null for any
 * @param severity those of a severity; null for any
 * @param type those of a type; null for any
 * @param seen those that somebody has acknowledged, or those that nobody has
 * @param snoozes what of snoozed ones is listed
 */
record AlertFilter(
        @Nullable String budgetId,
        BudgetEvent.@Nullable Severity severity,
        BudgetEvent.@Nullable Type type,
        boolean seen,
        Snoozes snoozes) {

    private static final String SEVERITIES = "info, warning or error";
    private static final String TYPES = "an alert type such as cost_limit_exceeded";
    private static final String SNOOZES = "true, false or all";

    /** What of snoozed alerts is listed. */
    enum Snoozes {
        /** Only snoozed ones. */
        TRUE,
        /** None of them. */
        FALSE,
        /** They and the others. */
        ALL;

        private static Optional<Snoozes> parse(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "1" -> Optional.of(TRUE);
                case "false", "0" -> Optional.of(FALSE);
                case "all" -> Optional.of(ALL);
                default -> Optional.empty();
            };
        }
    }

    /**
     * What a request asks for. Unless it says otherwise, those that nobody has seen and nobody has
     * snoozed; of those that somebody has seen, all.
     */
    static AlertFilter of(Query query) {
        String budgetId = query.id("budget_id");
        BudgetEvent.Severity severity =
                query.oneOf("severity", BudgetEvent.Severity::parse, SEVERITIES);
        BudgetEvent.Type type = query.oneOf("type", BudgetEvent.Type::parse, TYPES);
        boolean seen = Boolean.TRUE.equals(query.flag("acknowledged"));
        Snoozes snoozes = query.oneOf("snoozed", Snoozes::parse, SNOOZES);
        return new AlertFilter(
                budgetId,
                severity,
                type,
                seen,
                snoozes == null ? (seen ? Snoozes.ALL : Snoozes.FALSE) : snoozes);
    }

    /** Whether it is one of them at that time, epoch milliseconds. */
    boolean takes(Alert alert, long nowMs) {
        BudgetEvent event = alert.event();
        boolean snoozed = alert.snoozedUntilMs(nowMs) != null;
        return (alert.seen() != null) == seen
                && (snoozes == Snoozes.ALL || snoozed == (snoozes == Snoozes.TRUE))
                && (budgetId == null || budgetId.equals(event.budgetId()))
                && (severity == null || severity == event.severity())
                && (type == null || type == event.type());
    }
}
