package tekton.budget.alerting.rule;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Standing;

import java.time.Instant;

/** Something that is remembered between facts. */
public sealed interface StateRow {

    /** What tells it apart from every other row: its kind, a slash and its own. */
    String key();

    /**
     * How one limit of a policy was last said to stand.
     *
     * @param announced the highest level that was said of this limit in this window
     * @param sinceMs when this limit was first seen in this window, epoch milliseconds
     * @param atMs when it was said to stand so
     */
    record LimitRow(String budgetId, Standing standing, Level announced, long sinceMs, long atMs)
            implements StateRow {
        @Override
        public String key() {
            return key(standing.policyId(), standing.measure());
        }

        static String key(String policyId, Measure measure) {
            return "window/" + measure.wireName() + '/' + policyId;
        }
    }

    /** What is known of a budget. */
    record Named(String budgetId, String name, @Nullable String owner) implements StateRow {
        @Override
        public String key() {
            return key(budgetId);
        }

        static String key(String budgetId) {
            return "budget/" + budgetId;
        }
    }

    /**
     * What is known of a model's price.
     *
     * @param listed the newest version of a price list; null when there is none
     * @param operators the newest version of an operator; null when there is none
     */
    record Priced(
            String provider,
            String model,
            @Nullable KnownVersion listed,
            @Nullable KnownVersion operators)
            implements StateRow {

        @Override
        public String key() {
            return key(provider, model);
        }

        static String key(String provider, String model) {
            return "price/" + provider + '/' + model;
        }

        /** The same with a version that was published; older ones than are known change nothing. */
        Priced with(KnownVersion version, boolean ofOperator) {
            KnownVersion known = ofOperator ? operators : listed;
            if (known != null && version.from().isBefore(known.from())) {
                return this;
            }
            return ofOperator
                    ? new Priced(provider, model, listed, version)
                    : new Priced(provider, model, version, operators);
        }

        /** The version that holds at a time: the operator's, if it does; null when none does. */
        @Nullable KnownVersion at(Instant time) {
            if (operators != null && operators.holds(time)) {
                return operators;
            }
            return listed != null && listed.holds(time) ? listed : null;
        }

        /**
         * One version in time.
         *
         * @param until when it was ended; null while it was not
         * @param input what a token of input costs, pico-USD
         * @param output what a token of output costs, pico-USD
         * @param terms all it costs as text, to tell whether anything differs
         */
        public record KnownVersion(
                String source,
                Instant from,
                @Nullable Instant until,
                long input,
                long output,
                String terms) {

            private boolean holds(Instant time) {
                return !time.isBefore(from) && (until == null || time.isBefore(until));
            }
        }
    }

    /**
     * How many events of one type a budget had in an hour.
     *
     * @param about type and budget
     * @param hour the UTC hour, in hours since the epoch
     */
    record Tally(String about, long hour, int count) implements StateRow {
        @Override
        public String key() {
            return key(about);
        }

        static String key(String about) {
            return "tally/" + about;
        }
    }
}
