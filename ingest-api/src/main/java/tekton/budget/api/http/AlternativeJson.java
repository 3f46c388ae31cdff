package tekton.budget.api.http;

import tekton.budget.codec.JsonBytes;
import tekton.budget.event.Rates;
import tekton.budget.pricing.Alternatives.Alternative;
import tekton.budget.value.Money;

/** Another model and what it would save. */
public final class AlternativeJson {

    private AlternativeJson() {}

    /**
     * Writes it as properties of an object that the caller has opened.
     *
     * @param current what the tokens cost now, at least as much as with the other model
     */
    public static void properties(JsonBytes json, Alternative alternative, Money current) {
        Money savings = current.minus(alternative.cost());
        Rates rates = alternative.match().price().rates();
        json.property("provider", alternative.match().price().provider())
                .property("model", alternative.match().price().model())
                .propertyRaw("estimated_cost", alternative.cost().toString())
                .propertyRaw("savings", savings.toString())
                .propertyRaw("savings_percent", percent(savings, current))
                .propertyRaw("input_cost_per_token", Money.ofPico(rates.input()).toString())
                .propertyRaw("output_cost_per_token", Money.ofPico(rates.output()).toString());
    }

    /** How much of the cost is saved, 0 to 100. */
    public static String percent(Money savings, Money current) {
        return Ratio.of(savings.toBigDecimal().movePointRight(2), current.toBigDecimal());
    }
}
