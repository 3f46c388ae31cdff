package tekton.budget.api.prices;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.PriceCodec;
import tekton.budget.codec.TermsJson;
import tekton.budget.codec.Timestamps;
import tekton.budget.event.PricePublished;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.pricing.ChargeLine;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.pricing.PriceSpan;
import tekton.budget.value.Money;

/** A price as Tekton's clients read it, with every rate beside the two that they know. */
public final class PriceJson {

    /** Tekton's version of the object's shape; the price's own is {@code pricing_id}. */
    private static final String VERSION = "1.0";

    private PriceJson() {}

    /** Writes a price, and when it holds, as properties of an object that the caller has opened. */
    public static void properties(JsonBytes json, PriceSpan span) {
        PricePublished price = span.price();
        Rates rates = price.rates();
        Long request = rates.of(RateClass.REQUEST);
        String from = Timestamps.format(span.fromMs());
        String until = span.untilMs() == PriceSpan.OPEN ? null : Timestamps.format(span.untilMs());
        json.property("pricing_id", price.versionId())
                .property("provider", price.provider())
                .property("model", price.model())
                .property("price_type", type(rates))
                .propertyRaw("input_cost_per_token", usd(rates.input()))
                .propertyRaw("output_cost_per_token", usd(rates.output()))
                .propertyRaw("input_cost_per_char", "0")
                .propertyRaw("output_cost_per_char", "0")
                .propertyRaw("cost_per_image", "null")
                .propertyRaw("cost_per_second", "null")
                .propertyRaw("fixed_cost_per_request", request == null ? "null" : usd(request))
                .property("version", VERSION)
                .property("source", price.source())
                .property("source_url", price.sourceUrl())
                .property("verified", price.verified())
                .property("effective_date", from)
                .property("end_date", until)
                .property("effective_from", from)
                .property("effective_to", until)
                .property("created_at", price.effectiveFrom().toString())
                .propertyRaw("metadata", "{}");
        PriceCodec.figureSources(json, price);
        TermsJson.properties(json, price.terms());
    }

    /** What was asked for and what stands for it. */
    static void matched(JsonBytes json, PriceMatch match) {
        json.name("matched")
                .open('{')
                .property("by", match.by().wireName())
                .property("provider", match.price().provider())
                .property("model", match.price().model())
                .close('}');
    }

    /** The source's own figures. */
    static void raw(JsonBytes json, @Nullable String raw) {
        json.property("raw", raw);
    }

    /**
     * Writes the properties of a version that was found, in force at a time, epoch milliseconds.
     */
    public static void properties(JsonBytes json, PriceBook book, PriceMatch match, long atMs) {
        properties(json, PriceQuery.span(book, match, atMs));
    }

    /** Writes a part of a charge as an object. */
    public static void line(JsonBytes json, ChargeLine line) {
        boolean request = line.rateClass() == RateClass.REQUEST;
        json.open('{')
                .property("class", line.rateClass().wireName())
                .property(request ? "requests" : "tokens", line.quantity())
                .propertyRaw("rate", usd(line.ratePico()))
                .propertyRaw("cost", line.cost().toString())
                .close('}');
    }

    static String usd(long pico) {
        return Money.ofPico(pico).toString();
    }

    private static String type(Rates rates) {
        return rates.input() == 0 && rates.output() == 0 && rates.of(RateClass.REQUEST) != null
                ? "fixed"
                : "token_based";
    }
}
