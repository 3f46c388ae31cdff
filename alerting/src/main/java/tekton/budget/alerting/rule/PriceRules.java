package tekton.budget.alerting.rule;

import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.serde.JsonBytes;
import tekton.budget.value.Money;

import java.math.BigDecimal;
import java.util.List;

/**
 * What is said of prices: that the newest one of a model differs from the one before. The first one
 * that is heard of changes nothing.
 */
final class PriceRules {

    /** Per token says nothing to people. */
    private static final int PER_MILLION = 6;

    private final Memory memory;

    PriceRules(Memory memory) {
        this.memory = memory;
    }

    List<Draft> published(Fact.Published fact) {
        PricePublished price = fact.price();
        String key = Row.Priced.key(price.provider(), price.model());
        Row.Priced before = memory.get(key, Row.Priced.class);
        if (before != null && price.effectiveFrom().isBefore(before.effectiveFrom())) {
            return List.of();
        }
        Rates rates = price.rates();
        Row.Priced now =
                new Row.Priced(
                        price.provider(),
                        price.model(),
                        price.effectiveFrom(),
                        rates.input(),
                        rates.output(),
                        rates.toString());
        if (before != null && before.rates().equals(now.rates())) {
            return List.of();
        }
        memory.put(now);
        return before == null ? List.of() : List.of(changed(price, before, now, fact.atMs()));
    }

    private static Draft changed(
            PricePublished price, Row.Priced before, Row.Priced now, long atMs) {
        String model = price.provider() + '/' + price.model();
        JsonBytes details =
                Draft.newDetails()
                        .property("provider", price.provider())
                        .property("model", price.model())
                        .property("source", price.source())
                        .property("version", price.versionId())
                        .property("verified", price.verified())
                        .property("effective_from", price.effectiveFrom().toString());
        change(details, "input_cost_per_token", before.input(), now.input());
        change(details, "output_cost_per_token", before.output(), now.output());
        return new Draft(
                EventIds.of("price changed", price.versionId()),
                BudgetEvent.Type.PRICE_CHANGED,
                Severity.INFO,
                null,
                null,
                "Price of " + model + " changed",
                "From %s on, a million tokens of %s cost %s USD as input (before: %s) and %s USD as output (before: %s), says %s."
                        .formatted(
                                price.effectiveFrom(),
                                model,
                                perMillion(now.input()),
                                perMillion(before.input()),
                                perMillion(now.output()),
                                perMillion(before.output()),
                                price.source()),
                details,
                atMs,
                false);
    }

    private static void change(JsonBytes json, String name, long before, long now) {
        json.name(name)
                .open('{')
                .propertyRaw("old", usd(before).toPlainString())
                .propertyRaw("new", usd(now).toPlainString())
                .close('}');
    }

    private static BigDecimal usd(long pico) {
        return BigDecimal.valueOf(pico, Money.SCALE);
    }

    private static String perMillion(long pico) {
        return usd(pico).movePointRight(PER_MILLION).stripTrailingZeros().toPlainString();
    }
}
