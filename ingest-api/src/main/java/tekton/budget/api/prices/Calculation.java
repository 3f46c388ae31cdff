package tekton.budget.api.prices;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.JsonFields;
import tekton.budget.pricing.Charge;
import tekton.budget.pricing.ChargeLine;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Shown;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;
import tekton.budget.value.UsageBounds;

import java.util.List;

/** What one call would cost, by the rules of a usage record, and why. */
final class Calculation {

    private final PriceQuery asked;
    private final PriceMatch match;
    private final TokenCounts tokens;
    private final TokenDetails details;
    private final ServiceTier serviceTier;

    private Calculation(
            PriceQuery asked,
            PriceMatch match,
            TokenCounts tokens,
            TokenDetails details,
            ServiceTier serviceTier) {
        this.asked = asked;
        this.match = match;
        this.tokens = tokens;
        this.details = details;
        this.serviceTier = serviceTier;
    }

    /**
     * The calculation that a body asks for.
     *
     * @throws ProblemException 404 if no price is known; 400 or 422 if a field was wrong
     */
    static Calculation of(JsonFields fields, PriceBook book, long nowMs) {
        PriceQuery asked = PriceQuery.of(fields, nowMs);
        long input = required(fields, "input_tokens");
        long output = part(fields, "output_tokens");
        long cached = part(fields, "cached_input_tokens");
        long cacheWrite = part(fields, "cache_write_tokens");
        long reasoning = part(fields, "reasoning_tokens");
        TokenDetails details =
                new TokenDetails(
                        part(fields, "cache_write_1h_tokens"),
                        part(fields, "audio_input_tokens"),
                        part(fields, "audio_output_tokens"),
                        part(fields, "image_input_tokens"),
                        part(fields, "image_output_tokens"));
        ServiceTier serviceTier =
                fields.oneOf(
                        "service_tier",
                        ServiceTier::parse,
                        ServiceTier::wireName,
                        "standard, batch, flex or priority");
        checkParts(fields, "input_tokens", input, cached + cacheWrite + inputParts(details));
        checkParts(fields, "output_tokens", output, reasoning + outputParts(details));
        checkParts(fields, "cache_write_tokens", cacheWrite, details.cacheWrite1h());
        return new Calculation(
                asked,
                asked.match(fields, book),
                new TokenCounts(input, output, cached, cacheWrite, reasoning),
                details,
                serviceTier == null ? ServiceTier.STANDARD : serviceTier);
    }

    /** The answer's body. */
    JsonBytes toJson() {
        Charge charge = match.charge(tokens, details, serviceTier);
        JsonBytes json =
                new JsonBytes(1_024)
                        .open('{')
                        .property("provider", asked.provider())
                        .property("model", asked.model());
        PriceJson.matched(json, match);
        json.property("pricing_version", charge.pricingVersion())
                .property("input_tokens", tokens.input())
                .property("output_tokens", tokens.output())
                .propertyRaw("input_cost", PriceJson.usd(charge.inputPico()))
                .propertyRaw("output_cost", PriceJson.usd(charge.outputPico()))
                .propertyRaw("request_cost", PriceJson.usd(charge.requestPico()))
                .propertyRaw("total_cost", charge.total().toString())
                .property("service_tier", serviceTier.wireName());
        ratedAs(json);
        json.property("estimated", charge.estimated());
        json.name("breakdown").open('[');
        lines().forEach(line -> PriceJson.line(json, line));
        return json.close(']').close('}');
    }

    private List<ChargeLine> lines() {
        return match.lines(tokens, details, serviceTier);
    }

    /** Which of the price's rates were used. */
    private void ratedAs(JsonBytes json) {
        boolean own = match.knows(serviceTier);
        long above = match.longContextAbove(serviceTier, tokens.input());
        json.name("rated_as")
                .open('{')
                .property("service_tier", (own ? serviceTier : ServiceTier.STANDARD).wireName())
                .propertyOrNull("above_input_tokens", above == 0 ? null : above)
                .close('}');
    }

    private static long required(JsonFields fields, String name) {
        if (!fields.has(name)) {
            fields.missing(name, "an integer from 0 to " + UsageBounds.TOKENS_MAX);
        }
        return part(fields, name);
    }

    private static long part(JsonFields fields, String name) {
        @Nullable Long tokens = fields.integer(name, 0, UsageBounds.TOKENS_MAX);
        return tokens == null ? 0 : tokens;
    }

    private static long inputParts(TokenDetails details) {
        return details.audioInput() + details.imageInput();
    }

    private static long outputParts(TokenDetails details) {
        return details.audioOutput() + details.imageOutput();
    }

    private static void checkParts(JsonFields fields, String name, long whole, long parts) {
        // A whole that is itself wrong has been refused already.
        if (parts > whole && fields.problems().isEmpty()) {
            fields.refuse(
                    name,
                    ProblemKind.RULE,
                    Shown.number(whole),
                    "at least its parts together, " + parts);
        }
    }
}
