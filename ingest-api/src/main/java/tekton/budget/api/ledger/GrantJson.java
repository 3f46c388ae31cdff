package tekton.budget.api.ledger;

import tekton.budget.api.ledger.Estimates.Alternative;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.PolicyType;
import tekton.budget.pricing.PriceBook;
import tekton.budget.serde.JsonBytes;
import tekton.budget.value.Money;

import java.util.List;

/** What comes with a granted allocation: warnings, what it overrode, and cheaper models. */
final class GrantJson {

    private GrantJson() {}

    /** Writes them as properties of an object that the caller has opened. */
    static void properties(JsonBytes json, AllocationGranted granted, PriceBook book) {
        json.propertyRaw("warnings", StandingJson.array(granted.warnings()))
                .propertyRaw("overridden", StandingJson.array(granted.overridden()))
                .name("alternatives")
                .open('[');
        alternatives(granted, book).forEach(alternative -> write(json, alternative));
        json.close(']');
    }

    /** Cheaper models, when a soft limit asks to think of them. */
    private static List<Alternative> alternatives(AllocationGranted granted, PriceBook book) {
        Allocation allocation = granted.allocation();
        String provider = allocation.scope().provider();
        String model = allocation.model();
        boolean wanted =
                granted.warnings().stream().anyMatch(w -> w.type() == PolicyType.SOFT_LIMIT);
        return wanted && provider != null && model != null
                ? Estimates.cheaper(
                        book, provider, model, allocation.tokens(), allocation.createdAtMs())
                : List.of();
    }

    private static void write(JsonBytes json, Alternative alternative) {
        json.open('{')
                .property("provider", alternative.price().provider())
                .property("model", alternative.price().model())
                .propertyRaw("estimated_cost", alternative.cost().toString())
                .propertyRaw("savings", alternative.savings().toString())
                .propertyRaw("savings_percent", alternative.savingsPercent())
                .propertyRaw("input_cost_per_token", rate(alternative.price().rates().input()))
                .propertyRaw("output_cost_per_token", rate(alternative.price().rates().output()))
                .close('}');
    }

    private static String rate(long pico) {
        return Money.ofPico(pico).toString();
    }
}
