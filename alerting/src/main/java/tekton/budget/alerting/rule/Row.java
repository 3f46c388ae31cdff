package tekton.budget.alerting.rule;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Standing;

import java.time.Instant;

/** Something that is remembered between facts. */
public sealed interface Row {

    /** What tells it apart from every other row: its kind, a slash and its own. */
    String key();

    /**
     * How one limit of a policy was last said to stand.
     *
     * @param announced the highest level that was said of this limit in this window
     * @param sinceMs when this limit was first seen in this window, epoch milliseconds
     * @param atMs when it was said to stand so
     */
    record Window(String budgetId, Standing standing, Level announced, long sinceMs, long atMs)
            implements Row {
        @Override
        public String key() {
            return key(standing.policyId(), standing.measure());
        }

        static String key(String policyId, Measure measure) {
            return "window/" + measure.wireName() + '/' + policyId;
        }
    }

    /** What is known of a budget. */
    record Named(String budgetId, String name, @Nullable String owner) implements Row {
        @Override
        public String key() {
            return key(budgetId);
        }

        static String key(String budgetId) {
            return "budget/" + budgetId;
        }
    }

    /**
     * The newest price of a model.
     *
     * @param input what a token of input costs, pico-USD
     * @param output what a token of output costs, pico-USD
     * @param rates all rates as text, to tell whether any differs
     */
    record Priced(
            String provider,
            String model,
            Instant effectiveFrom,
            long input,
            long output,
            String rates)
            implements Row {
        @Override
        public String key() {
            return key(provider, model);
        }

        static String key(String provider, String model) {
            return "price/" + provider + '/' + model;
        }
    }

    /**
     * How many events of one type a budget had in an hour.
     *
     * @param about type and budget
     * @param hour the UTC hour, in hours since the epoch
     */
    record Tally(String about, long hour, int count) implements Row {
        @Override
        public String key() {
            return key(about);
        }

        static String key(String about) {
            return "tally/" + about;
        }
    }
}
