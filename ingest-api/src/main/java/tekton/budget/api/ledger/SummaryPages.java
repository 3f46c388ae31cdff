package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.totals.Query;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;
import tekton.budget.metering.query.LedgerQueries.PolicyView;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The summary of all budgets in pages: period by period, and within one in the order of the
 * policies' ids, so that a page begins where the one before ended whatever has come or gone.
 *
 * @param limit how many entries, 1 to {@link #LIMIT_MAX}
 * @param after the entry that the page before ended with; null for the first page
 */
record SummaryPages(int limit, @Nullable SummaryPlace after) {

    static final int LIMIT_MAX = 1_000;

    private static final int LIMIT_DEFAULT = 100;

    private static final String CURSOR_EXPECTED = "the next of a page before, of the same period";

    /** An entry's place, and as a cursor its period and its id. */
    record SummaryPlace(Period period, String policyId) {

        static Optional<SummaryPlace> parse(String cursor) {
            int colon = cursor.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Period.parse(cursor.substring(0, colon))
                            .map(period -> new SummaryPlace(period, cursor.substring(colon + 1)));
        }

        String cursor() {
            return period.wireName() + ':' + policyId;
        }
    }

    /**
     * The page that a query asks for; empty when it asks for everything at once.
     *
     * @param periods those of the summary
     */
    static Optional<SummaryPages> of(Query query, List<Period> periods) {
        String cursor = query.text("cursor");
        if (cursor == null && query.text("limit") == null) {
            return Optional.empty();
        }
        int limit = query.integer("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        if (cursor == null) {
            return Optional.of(new SummaryPages(limit, null));
        }
        SummaryPlace after =
                SummaryPlace.parse(cursor)
                        .filter(place -> periods.contains(place.period()))
                        .orElseThrow(
                                () -> Query.invalid("query", "cursor", cursor, CURSOR_EXPECTED));
        return Optional.of(new SummaryPages(limit, after));
    }

    /**
     * The page.
     *
     * @param standings how the policies of a period stand, of any budget
     * @param nowMs when they stand so, epoch milliseconds
     */
    JsonBytes json(
            List<Period> periods,
            List<Budget> budgets,
            Function<Period, List<PolicyView>> standings,
            long nowMs) {
        List<PolicyView> page = new ArrayList<>();
        int first = after == null ? 0 : periods.indexOf(after.period());
        for (int i = first; i < periods.size() && page.size() <= limit; i++) {
            Period period = periods.get(i);
            DashboardJson.of(budgets, standings.apply(period))
                    .filter(each -> !isBehind(period, each.policy().policyId()))
                    .sorted(Comparator.comparing(each -> each.policy().policyId()))
                    .limit(limit + 1L - page.size())
                    .forEach(page::add);
        }
        boolean more = page.size() > limit;
        List<PolicyView> shown = more ? page.subList(0, limit) : page;
        JsonBytes json = new JsonBytes(16_384).open('{').name("items").open('[');
        DashboardJson.foretold(json, budgets, shown, nowMs);
        PolicyView last = more ? shown.getLast() : null;
        return json.close(']')
                .property(
                        "next",
                        last == null
                                ? null
                                : new SummaryPlace(last.policy().period(), last.policy().policyId())
                                        .cursor())
                .property("limit", limit)
                .close('}');
    }

    /** True for what pages before have shown. */
    private boolean isBehind(Period period, String policyId) {
        return after != null
                && after.period() == period
                && policyId.compareTo(after.policyId()) <= 0;
    }
}
