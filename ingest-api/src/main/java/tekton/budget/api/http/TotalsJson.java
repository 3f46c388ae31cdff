package tekton.budget.api.http;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

/** A total as clients read it. Money is exact; the times of an empty total are null. */
public final class TotalsJson {

    private TotalsJson() {}

    /** Writes id and total as properties of an object that the caller has opened. */
    public static void properties(JsonBytes json, String id, Totals totals) {
        figures(json.property("id", id), totals);
    }

    /** Writes a total as properties of an object that the caller has opened. */
    public static void figures(JsonBytes json, Totals totals) {
        TokenCounts tokens = totals.tokens();
        json.property("input_tokens", tokens.input())
                .property("output_tokens", tokens.output())
                .property("total_tokens", tokens.total())
                .property("cached_input_tokens", tokens.cachedInput())
                .property("cache_write_tokens", tokens.cacheWrite())
                .property("reasoning_tokens", tokens.reasoning())
                .property("unpriced_tokens", totals.unpricedTokens())
                .property("estimated_tokens", totals.estimatedTokens())
                .propertyRaw("total_cost", totals.cost().toString())
                .property("record_count", totals.recordCount())
                .property("first_at", time(totals, totals.firstAtMs()))
                .property("last_at", time(totals, totals.lastAtMs()));
    }

    private static @Nullable String time(Totals totals, long ms) {
        return totals.isEmpty() ? null : Timestamps.format(ms);
    }
}
