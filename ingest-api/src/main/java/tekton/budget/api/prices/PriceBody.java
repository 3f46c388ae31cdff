package tekton.budget.api.prices;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.ClientTerms;
import tekton.budget.codec.ClientTerms.WrongTermsException;
import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.codec.JsonFields;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.value.Money;
import tekton.budget.value.Providers;

import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An operator's price as a body says it: either {@code rates}, and what else a price in an answer
 * has of terms, or just {@code input_cost_per_token} and {@code output_cost_per_token}.
 */
final class PriceBody {

    /** In the order in which problems are told. */
    private static final Map<String, RateClass> SHORT = new LinkedHashMap<>();

    static {
        SHORT.put("input_cost_per_token", RateClass.INPUT);
        SHORT.put("output_cost_per_token", RateClass.OUTPUT);
        SHORT.put("fixed_cost_per_request", RateClass.REQUEST);
    }

    /** A price may be sent as it was read, with other figures. */
    private static final Set<String> UNUSED =
            Set.of(
                    "pricing_id",
                    "provider",
                    "model",
                    "price_type",
                    "input_cost_per_char",
                    "output_cost_per_char",
                    "cost_per_image",
                    "cost_per_second",
                    "version",
                    "source",
                    "source_url",
                    "verified",
                    "effective_date",
                    "end_date",
                    "effective_to",
                    "created_at",
                    "metadata",
                    "figure_sources",
                    "matched",
                    "context_window_tokens");

    /** Parts of terms stand beside {@code rates} only: nobody would read them without. */
    private static final Set<String> UNUSED_BESIDE_RATES =
            Stream.concat(UNUSED.stream(), Stream.of("long_context", "service_tiers"))
                    .collect(Collectors.toUnmodifiableSet());

    private PriceBody() {}

    /**
     * The version that the body asks for.
     *
     * @param nowMs it begins a moment later when the body names no time, epoch milliseconds
     * @throws ProblemException 400 or 422 if a field is wrong, 413 or 415 if the body is
     */
    static PricePublished read(HttpServletRequest http, Name name, long nowMs) throws IOException {
        byte[] body = JsonBodies.bytes(http);
        JsonFields fields = JsonBodies.fields(body);
        Long from = fields.timeMs("effective_from");
        if (from == null) {
            from = fields.timeMs("effective_date");
        }
        PriceTerms terms = fields.has("rates") ? longTerms(body, fields) : shortTerms(fields);
        fields.refuseUnknown(fields.has("rates") ? UNUSED_BESIDE_RATES : UNUSED);
        JsonBodies.check(fields);
        Instant begin =
                from == null
                        ? PriceRequest.begin(Instant.ofEpochMilli(nowMs))
                        : Instant.ofEpochMilli(from);
        try {
            return new PricePublished(
                    Providers.canonical(name.provider()),
                    name.model(),
                    begin,
                    PricePublished.OPERATOR,
                    Objects.requireNonNull(terms),
                    true,
                    null,
                    null,
                    null);
        } catch (IllegalArgumentException impossible) {
            throw new ProblemException(Problem.unreadable("body: " + impossible.getMessage()));
        }
    }

    private static @Nullable PriceTerms longTerms(byte[] body, JsonFields fields) {
        try {
            PriceTerms terms = ClientTerms.read(body);
            for (Map.Entry<String, RateClass> each : SHORT.entrySet()) {
                Long rate = rate(fields, each.getKey(), each.getValue());
                Long said = terms.standard().rates().of(each.getValue());
                if (rate != null && !rate.equals(said)) {
                    fields.refuse(
                            each.getKey(),
                            ProblemKind.RULE,
                            "the value of rates.%s, or absent"
                                    .formatted(each.getValue().wireName()));
                }
            }
            return terms;
        } catch (WrongTermsException wrong) {
            throw new ProblemException(Problem.ofFields(List.of(wrong.problem())));
        } catch (IllegalArgumentException unreadable) {
            // JSON all the same, or it had not come so far: a number of 1,001 digits, say.
            throw new ProblemException(Problem.unreadable("body: " + unreadable.getMessage()));
        }
    }

    private static @Nullable PriceTerms shortTerms(JsonFields fields) {
        Map<RateClass, Long> rates = new EnumMap<>(RateClass.class);
        SHORT.forEach(
                (field, rateClass) -> {
                    Long rate = rate(fields, field, rateClass);
                    if (rate != null) {
                        rates.put(rateClass, rate);
                    } else if (!fields.has(field) && rateClass != RateClass.REQUEST) {
                        fields.missing(field, "a number of dollars, or rates");
                    }
                });
        return fields.problems().isEmpty() ? PriceTerms.flat(new Rates(rates)) : null;
    }

    private static @Nullable Long rate(JsonFields fields, String name, RateClass rateClass) {
        Money money = fields.money(name, Money.ofPico(rateClass.max()));
        // At most 1,000 dollars.
        return money == null ? null : money.usd() * Money.PICO_PER_USD + money.pico();
    }
}
