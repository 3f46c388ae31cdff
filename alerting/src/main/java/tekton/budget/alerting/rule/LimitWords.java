package tekton.budget.alerting.rule;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.value.Tier;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.StringJoiner;

/** What is said of limits, in sentences and in figures. Percentages are rounded down. */
final class LimitWords {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm 'UTC' 'on' yyyy-MM-dd", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final int FRACTION_PLACES = 6;

    private final RuleState memory;

    LimitWords(RuleState memory) {
        this.memory = memory;
    }

    /** "Daily token limit at 80 %". */
    String reached(StateRow.LimitRow row) {
        return limit(row) + " at " + percent(row.standing());
    }

    /** "Daily token limit". */
    String limit(StateRow.LimitRow row) {
        String period = row.standing().period().wireName().replace('_', ' ');
        return Character.toUpperCase(period.charAt(0))
                + period.substring(1)
                + (row.standing().measure() == Measure.TOKENS ? " token limit" : " cost limit");
    }

    /** "Budget Team A (team-a) has used 80 of 100 tokens (80 %) of its daily limit …". */
    String used(StateRow.LimitRow row) {
        Standing standing = row.standing();
        return "%s has used %s of %s (%s) of its %s limit%s."
                .formatted(
                        budget(row.budgetId()),
                        standing.used().toPlainString(),
                        amount(standing.measure(), standing.limit()),
                        percent(standing),
                        standing.period().wireName().replace('_', ' '),
                        scope(standing.scope()));
    }

    String windowEnds(StateRow.LimitRow row) {
        Long endMs = row.standing().windowEndMs();
        return endMs == null ? "" : " The window ends at " + time(endMs) + '.';
    }

    String willBeExhausted(StateRow.LimitRow row, long exhaustedAtMs) {
        return used(row) + " At this rate it will be exhausted at " + time(exhaustedAtMs) + '.';
    }

    String hasEnded(StateRow.LimitRow row) {
        return used(row) + " That window has ended, and a new one has begun.";
    }

    private String budget(String budgetId) {
        StateRow.Named named = memory.get(StateRow.Named.key(budgetId), StateRow.Named.class);
        return named == null || named.name().equals(budgetId)
                ? "Budget " + budgetId
                : "Budget " + named.name() + " (" + budgetId + ')';
    }

    /** The figures of a limit; the object is left open. */
    static JsonBytes details(Standing standing, @Nullable Long exhaustedAtMs) {
        JsonBytes json = EventBuilder.newDetails();
        limitFields(json, standing);
        if (exhaustedAtMs != null) {
            json.property("exhausted_at", Instant.ofEpochMilli(exhaustedAtMs).toString());
        }
        return json;
    }

    static void limitFields(JsonBytes json, Standing standing) {
        Scope scope = standing.scope();
        Tier tier = scope.tier();
        boolean tokens = standing.measure() == Measure.TOKENS;
        json.property("period", standing.period().wireName())
                .property("tier", tier == null ? null : tier.wireName())
                .property("provider", scope.provider())
                .property("component", scope.component())
                .property("task_type", scope.taskType())
                .propertyOrNull("usage_percentage", fraction(standing))
                .propertyRaw(
                        tokens ? "token_limit" : "cost_limit", standing.limit().toPlainString())
                .propertyRaw(tokens ? "tokens_used" : "cost_used", standing.used().toPlainString())
                .propertyRaw("reserved", standing.reserved().toPlainString())
                .property("level", standing.level().wireName())
                .property("policy_type", standing.type().wireName())
                .property("window_start", instant(standing.windowStartMs()))
                .property("window_end", instant(standing.windowEndMs()));
    }

    static String amount(Measure measure, BigDecimal amount) {
        return amount.toPlainString() + (measure == Measure.TOKENS ? " tokens" : " USD");
    }

    static String scope(Scope scope) {
        StringJoiner parts = new StringJoiner(", ", " for ", "").setEmptyValue("");
        Tier tier = scope.tier();
        if (tier != null) {
            parts.add("tier " + tier.wireName());
        }
        if (scope.provider() != null) {
            parts.add("provider " + scope.provider());
        }
        if (scope.component() != null) {
            parts.add("component " + scope.component());
        }
        if (scope.taskType() != null) {
            parts.add("task type " + scope.taskType());
        }
        return parts.toString();
    }

    private static @Nullable String instant(@Nullable Long ms) {
        return ms == null ? null : Instant.ofEpochMilli(ms).toString();
    }

    private static @Nullable String fraction(Standing standing) {
        return standing.limit().signum() == 0
                ? null
                : standing.used()
                        .divide(standing.limit(), FRACTION_PLACES, RoundingMode.DOWN)
                        .stripTrailingZeros()
                        .toPlainString();
    }

    private static String percent(Standing standing) {
        if (standing.limit().signum() == 0) {
            return "more than 100 %";
        }
        BigDecimal percent =
                standing.used()
                        .movePointRight(2)
                        .divide(standing.limit(), 1, RoundingMode.DOWN)
                        .stripTrailingZeros();
        return percent.toPlainString() + " %";
    }

    private static String time(long ms) {
        return TIME.format(Instant.ofEpochMilli(ms));
    }
}
