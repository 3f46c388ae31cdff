package tekton.budget.api.ledger;

import tekton.budget.api.http.AlternativeJson;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.PolicyType;
import tekton.budget.pricing.Alternatives;
import tekton.budget.pricing.PriceBook;

/** What comes with a granted allocation: warnings, what it overrode, and cheaper models. */
final class GrantJson {

    /** How many cheaper models an answer names. */
    private static final int ALTERNATIVES_MAX = 5;

    private GrantJson() {}

    /** Writes them as properties of an object that the caller has opened. */
    static void properties(JsonBytes json, AllocationGranted granted, PriceBook book) {
        json.propertyRaw("warnings", StandingJson.array(granted.warnings()))
                .propertyRaw("overridden", StandingJson.array(granted.overridden()))
                .name("alternatives")
                .open('[');
        alternatives(json, granted, book);
        json.close(']');
    }

    /** Cheaper models, when a soft limit asks to think of them. */
    private static void alternatives(JsonBytes json, AllocationGranted granted, PriceBook book) {
        Allocation allocation = granted.allocation();
        String provider = allocation.scope().provider();
        String model = allocation.model();
        boolean wanted =
                granted.warnings().stream().anyMatch(w -> w.type() == PolicyType.SOFT_LIMIT);
        if (!wanted || provider == null || model == null) {
            return;
        }
        long input = allocation.tokens() / 4;
        long output = allocation.tokens() * 3 / 4;
        long atMs = allocation.createdAtMs();
        book.match(provider, model, atMs)
                .ifPresent(
                        current ->
                                Alternatives.cheaper(book, current, input, output, atMs).stream()
                                        .limit(ALTERNATIVES_MAX)
                                        .forEach(
                                                other -> {
                                                    json.open('{');
                                                    AlternativeJson.properties(
                                                            json,
                                                            other,
                                                            current.cost(input, output));
                                                    json.close('}');
                                                }));
    }
}
