package tekton.budget.alerting.rule;

import tekton.budget.alerting.rule.StateRow.Priced;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.TermsJson;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.BudgetEvent.Severity;
import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.QuotedPrice;
import tekton.budget.value.Money;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is said of prices: that what a model costs changes, and what the poller does not believe.
 * The first price of a model that is heard of changes nothing.
 */
final class PriceRules {

    /** Per token says nothing to people. */
    private static final int PER_MILLION = 6;

    private final RuleState memory;

    PriceRules(RuleState memory) {
        this.memory = memory;
    }

    List<EventBuilder> published(Input.Published fact) {
        PricePublished price = fact.price();
        Priced known = memory.get(Priced.key(price.provider(), price.model()), Priced.class);
        Priced before =
                known == null ? new Priced(price.provider(), price.model(), null, null) : known;
        Priced now = before.with(version(price), price.ofOperator());
        if (now.equals(before)) {
            return List.of();
        }
        memory.put(now);
        for (Instant time : turns(price, Instant.ofEpochMilli(fact.atMs()))) {
            Priced.KnownVersion old = before.at(time);
            Priced.KnownVersion next = now.at(time);
            if (old != null && next != null && !old.terms().equals(next.terms())) {
                return List.of(changed(price, time, old, next, fact.atMs()));
            }
        }
        return List.of();
    }

    /** What the poller has found; nothing is said of its answers and of how its sources do. */
    static List<EventBuilder> found(Input.FromPoller fact) {
        return switch (fact.status()) {
            case Quarantined held when held.state() == PriceStatus.QuarantineState.HELD ->
                    List.of(quarantined(held, fact.atMs()));
            case Disagreement differing -> List.of(disagreement(differing, fact.atMs()));
            case Quarantined _, PriceStatus.SourceState _, PriceStatus.PriceReply _ -> List.of();
        };
    }

    private static Priced.KnownVersion version(PricePublished price) {
        JsonBytes terms = new JsonBytes(256).open('{');
        TermsJson.properties(terms, price.terms());
        return new Priced.KnownVersion(
                price.source(),
                price.effectiveFrom(),
                price.endsAt(),
                price.rates().input(),
                price.rates().output(),
                terms.close('}').toString());
    }

    /** When a version that has just been published may change what holds: as it begins and ends. */
    private static List<Instant> turns(PricePublished price, Instant now) {
        List<Instant> turns = new ArrayList<>();
        turns.add(later(price.effectiveFrom(), now));
        Instant endsAt = price.endsAt();
        if (endsAt != null) {
            turns.add(later(endsAt, now));
        }
        return turns;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static EventBuilder changed(
            PricePublished price,
            Instant from,
            Priced.KnownVersion before,
            Priced.KnownVersion now,
            long atMs) {
        String model = price.provider() + '/' + price.model();
        JsonBytes details =
                model(price.provider(), price.model())
                        .property("source", now.source())
                        .property("version", price.versionId())
                        .property("verified", price.verified())
                        .property("effective_from", from.toString());
        change(details, "input_cost_per_token", before.input(), now.input());
        change(details, "output_cost_per_token", before.output(), now.output());
        return draft(
                EventIds.of("price changed", price.versionId(), price.endsAt()),
                BudgetEvent.Type.PRICE_CHANGED,
                Severity.INFO,
                "Price of " + model + " changed",
                "From %s on, a million tokens of %s cost %s USD as input (before: %s) and %s USD as output (before: %s), says %s."
                        .formatted(
                                from,
                                model,
                                perMillion(now.input()),
                                perMillion(before.input()),
                                perMillion(now.output()),
                                perMillion(before.output()),
                                now.source()),
                details,
                atMs);
    }

    private static EventBuilder quarantined(Quarantined held, long atMs) {
        String model = held.provider() + '/' + held.model();
        JsonBytes details =
                model(held.provider(), held.model())
                        .property("source", held.source())
                        .property("quarantine_id", held.id())
                        .property("in_force", held.inForce())
                        .name("reasons")
                        .open('[');
        for (PriceFault fault : held.faults()) {
            details.open('{')
                    .property("code", fault.code().wireName())
                    .property("message", fault.message())
                    .close('}');
        }
        return draft(
                EventIds.of("price quarantined", held.id()),
                BudgetEvent.Type.PRICE_QUARANTINED,
                Severity.WARNING,
                "Price of " + model + " not believed",
                "%s says a price of %s that is not believed: %s. %s"
                        .formatted(
                                held.source(),
                                model,
                                held.faults().getFirst().message(),
                                held.inForce() == null
                                        ? "No price of it is known."
                                        : "The price in force stays."),
                details.close(']'),
                atMs);
    }

    private static EventBuilder disagreement(Disagreement found, long atMs) {
        String model = found.provider() + '/' + found.model();
        JsonBytes details =
                model(found.provider(), found.model()).property("disagreement_id", found.id());
        figures(details, "published", found.published());
        figures(details, "other", found.other());
        return draft(
                EventIds.of("price sources disagree", found.id()),
                BudgetEvent.Type.PRICE_SOURCES_DISAGREE,
                Severity.INFO,
                "Sources disagree about the price of " + model,
                "For a million tokens of %s, %s; %s. The first holds."
                        .formatted(model, said(found.published()), said(found.other())),
                details,
                atMs);
    }

    private static JsonBytes model(String provider, String model) {
        return EventBuilder.newDetails().property("provider", provider).property("model", model);
    }

    /** A list of prices can change, or turn absurd, as a whole. */
    private static EventBuilder draft(
            String id,
            BudgetEvent.Type type,
            Severity severity,
            String title,
            String message,
            JsonBytes details,
            long atMs) {
        return new EventBuilder(
                id, type, severity, null, null, title, message, details, atMs, true);
    }

    private static void change(JsonBytes json, String name, long before, long now) {
        json.name(name)
                .open('{')
                .propertyRaw("old", usd(before).toPlainString())
                .propertyRaw("new", usd(now).toPlainString())
                .close('}');
    }

    private static void figures(JsonBytes json, String name, QuotedPrice figures) {
        json.name(name)
                .open('{')
                .property("source", figures.source())
                .propertyRaw("input_cost_per_token", usd(figures.inputPico()).toPlainString())
                .propertyRaw("output_cost_per_token", usd(figures.outputPico()).toPlainString())
                .close('}');
    }

    private static String said(QuotedPrice figures) {
        return "%s says %s USD as input and %s USD as output"
                .formatted(
                        figures.source(),
                        perMillion(figures.inputPico()),
                        perMillion(figures.outputPico()));
    }

    private static BigDecimal usd(long pico) {
        return BigDecimal.valueOf(pico, Money.SCALE);
    }

    private static String perMillion(long pico) {
        return usd(pico).movePointRight(PER_MILLION).stripTrailingZeros().toPlainString();
    }
}
