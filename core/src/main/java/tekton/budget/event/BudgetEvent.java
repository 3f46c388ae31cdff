package tekton.budget.event;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Metadata;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that a person should hear of. The id follows from what has happened, so that the same
 * happening is the same event, however often it is found.
 *
 * @param eventId a UUID
 * @param type what has happened
 * @param severity how bad
 * @param budgetId the budget; null for what belongs to none, such as a price
 * @param owner the budget's owner, as far as alerting knows
 * @param policyId the policy; null for what belongs to none
 * @param title a few words
 * @param message one or two sentences
 * @param details figures for programs: one JSON object
 * @param at when it happened, by the clock of the one who found it
 */
public record BudgetEvent(
        String eventId,
        Type type,
        Severity severity,
        @Nullable String budgetId,
        @Nullable String owner,
        @Nullable String policyId,
        String title,
        String message,
        Metadata details,
        Instant at) {

    /** How bad. */
    public enum Severity {
        INFO,
        WARNING,
        ERROR;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }

        /** The severity of that name in any case. */
        public static Optional<Severity> parse(String text) {
            for (Severity severity : values()) {
                if (severity.wireName.equalsIgnoreCase(text)) {
                    return Optional.of(severity);
                }
            }
            return Optional.empty();
        }
    }

    /** What has happened. */
    public enum Type {
        /** A token limit's warning or action threshold was reached; the details say which. */
        TOKEN_LIMIT_APPROACHING,
        /** A token limit was reached or passed. */
        TOKEN_LIMIT_EXCEEDED,
        /** A cost limit's warning or action threshold was reached; the details say which. */
        COST_LIMIT_APPROACHING,
        /** A cost limit was reached or passed. */
        COST_LIMIT_EXCEEDED,
        /** A window that had reached a threshold is below all of them again. */
        LIMIT_RECOVERED,
        /** A window that had reached a threshold has ended, and a new one begun. */
        WINDOW_RESET,
        /** At the present rate a limit will be reached before its window ends. */
        LIMIT_FORECAST,
        /** An allocation was refused because of a hard limit. */
        ALLOCATION_REFUSED,
        /** More was used than was allocated. */
        ALLOCATION_OVER_USED,
        /** An allocation expired and nothing of it had been used. */
        ALLOCATION_EXPIRED_UNUSED,
        /** An allocation passed hard limits by its priority. */
        OVERRIDE_USED,
        /** Usage names an allocation that is unknown, or had ended, or is of another scope. */
        ALLOCATION_MISNAMED,
        /** A model's price has changed. */
        PRICE_CHANGED,
        /** A price was not believed; the old one stays. */
        PRICE_QUARANTINED,
        /** The sources of prices contradict one another. */
        PRICE_SOURCES_DISAGREE,
        /** Usage was counted without a known price. */
        MODEL_UNPRICED,
        /**
         * A model was used in a service tier of which nobody has a rate; it was charged as
         * standard.
         */
        TIER_ESTIMATED,
        /** A budget has too many cells in an hour; further ones are summed under "other". */
        CELLS_FOLDED,
        /** A record id was used again for other content; the first record stands. */
        RECORD_CONFLICT,
        /** A record could not be counted. */
        DEAD_LETTER,
        /** Somebody tries out a channel. Never in the topic. */
        TEST;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire: lower case with underscores. */
        public String wireName() {
            return wireName;
        }

        /** The type of that name in any case. */
        public static Optional<Type> parse(String text) {
            for (Type type : values()) {
                if (type.wireName.equalsIgnoreCase(text)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }
}
