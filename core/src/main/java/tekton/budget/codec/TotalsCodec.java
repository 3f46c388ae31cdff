package tekton.budget.codec;

import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import tools.jackson.databind.JsonNode;

/** Totals as JSON properties within deltas; times are epoch milliseconds, money is exact. */
final class TotalsCodec {

    private TotalsCodec() {}

    static void write(JsonBytes json, Totals totals) {
        TokenCounts tokens = totals.tokens();
        json.property("input_tokens", tokens.input())
                .property("output_tokens", tokens.output())
                .property("cached_input_tokens", tokens.cachedInput())
                .property("cache_write_tokens", tokens.cacheWrite())
                .property("reasoning_tokens", tokens.reasoning())
                .property("unpriced_tokens", totals.unpricedTokens());
        if (totals.estimatedTokens() > 0) {
            json.property("estimated_tokens", totals.estimatedTokens());
        }
        json.propertyRaw("total_cost", totals.cost().toString())
                .property("record_count", totals.recordCount())
                .property("first_at_ms", totals.firstAtMs())
                .property("last_at_ms", totals.lastAtMs());
    }

    static Totals read(JsonNode json) {
        return new Totals(
                new TokenCounts(
                        Trees.number(json, "input_tokens"),
                        Trees.number(json, "output_tokens"),
                        Trees.number(json, "cached_input_tokens"),
                        Trees.number(json, "cache_write_tokens"),
                        Trees.number(json, "reasoning_tokens")),
                Trees.number(json, "unpriced_tokens"),
                json.has("estimated_tokens") ? Trees.number(json, "estimated_tokens") : 0,
                Money.parse(Trees.decimal(json, "total_cost").toPlainString()),
                Trees.number(json, "record_count"),
                Trees.number(json, "first_at_ms"),
                Trees.number(json, "last_at_ms"));
    }
}
