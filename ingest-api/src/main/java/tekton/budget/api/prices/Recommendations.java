package tekton.budget.api.prices;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.AlternativeJson;
import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.JsonFields;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.pricing.Alternatives;
import tekton.budget.pricing.Alternatives.Alternative;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.UsageBounds;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which models would cost less than a given one, or what all of them would cost. By price alone:
 * nothing here knows how good a model is.
 */
final class Recommendations {

    private static final long CONTEXT_SIZE_DEFAULT = 4_000;

    /** More than any cost: 1e9 tokens each way at the dearest rate and a request. */
    private static final Money MAX_COST_MAX = new Money(1_000_000_000, 0);

    /** How many models the answer names beside the best. */
    private static final int ALTERNATIVES_MAX = 5;

    private final @Nullable PriceMatch current;
    private final @Nullable Money currentCost;
    private final List<Alternative> items;

    private Recommendations(
            @Nullable PriceMatch current, @Nullable Money currentCost, List<Alternative> items) {
        this.current = current;
        this.currentCost = currentCost;
        this.items = items;
    }

    /**
     * The recommendations that a body asks for.
     *
     * @throws ProblemException 404 if the model has no known price; 400 or 422 if a field was wrong
     */
    static Recommendations of(JsonFields fields, PriceBook book, long nowMs) {
        fields.text("task_type", UsageBounds.NAME_LENGTH_MAX);
        Long context = fields.integer("context_size", 1, UsageBounds.TOKENS_MAX);
        Long sentOutput = fields.integer("output_size", 0, UsageBounds.TOKENS_MAX);
        String preferred = fields.text("prefer_provider", UsageBounds.NAME_LENGTH_MAX);
        Money maxCost = fields.money("max_cost", MAX_COST_MAX);
        long size = context == null ? CONTEXT_SIZE_DEFAULT : context;
        // With an output of its own the context is input; else a quarter of it is.
        long input = sentOutput != null ? size : size / 4;
        long output = sentOutput != null ? sentOutput : size * 3 / 4;
        PriceMatch current = null;
        long atMs = nowMs;
        if (fields.has("provider") || fields.has("model")) {
            PriceQuery asked = PriceQuery.of(fields, nowMs);
            current = asked.match(fields, book);
            atMs = asked.atMs();
        }
        JsonBodies.check(fields);
        List<Alternative> found =
                current == null
                        ? Alternatives.ranked(book, input, output, atMs)
                        : Alternatives.cheaper(book, current, input, output, atMs);
        return new Recommendations(
                current,
                current == null ? null : current.cost(input, output),
                found.stream()
                        .filter(one -> maxCost == null || one.cost().compareTo(maxCost) <= 0)
                        .sorted(preferring(preferred))
                        .toList());
    }

    /** Those of one provider first; otherwise in the order they are in. */
    private static Comparator<Alternative> preferring(@Nullable String provider) {
        return Comparator.comparing(
                (Alternative one) -> !one.match().price().provider().equals(provider));
    }

    /** The answer's body: what Tekton's service says, and what its command line reads. */
    JsonBytes toJson() {
        JsonBytes json = new JsonBytes(16_384).open('{').name("items").open('[');
        items.forEach(item -> item(json, item));
        json.close(']')
                .property("current_model", current == null ? null : current.price().model())
                .property("current_provider", current == null ? null : current.price().provider())
                .propertyOrNull("current_cost", currentCost)
                .name("best_match");
        if (items.isEmpty()) {
            json.raw("null");
        } else {
            shortItem(json, items.getFirst());
        }
        json.name("alternatives").open('[');
        items.stream().skip(1).limit(ALTERNATIVES_MAX).forEach(item -> shortItem(json, item));
        json.close(']').name("optimization_tips").open('[');
        tips().forEach(json::string);
        return json.close(']').close('}');
    }

    private void item(JsonBytes json, Alternative item) {
        Money cost = currentCost == null ? item.cost() : currentCost;
        Money savings = cost.minus(item.cost());
        json.open('{');
        AlternativeJson.properties(json, item, cost);
        json.propertyRaw("cost_reduction", savings.toString())
                .propertyRaw("cost_reduction_percentage", AlternativeJson.percent(savings, cost))
                .propertyRaw("confidence", "null")
                .propertyRaw("quality_impact", "null")
                .propertyRaw("speed_impact", "null")
                .property("description", reason(item))
                .property("reason", reason(item))
                .close('}');
    }

    private void shortItem(JsonBytes json, Alternative item) {
        json.open('{')
                .property("provider", item.match().price().provider())
                .property("model", item.match().price().model())
                .propertyRaw("estimated_cost", item.cost().toString())
                .property("reason", reason(item))
                .close('}');
    }

    private String reason(Alternative item) {
        if (currentCost == null) {
            return "costs %s USD for these tokens".formatted(item.cost());
        }
        return "costs %s USD instead of %s USD for these tokens"
                .formatted(item.cost(), currentCost);
    }

    /** Where the model's own price list has something cheaper. */
    private List<String> tips() {
        List<String> tips = new ArrayList<>();
        PriceMatch subject =
                current != null ? current : items.isEmpty() ? null : items.getFirst().match();
        if (subject != null) {
            Rates rates = subject.price().rates();
            String model = subject.price().provider() + '/' + subject.price().model();
            Long cached = rates.of(RateClass.CACHED_INPUT);
            if (cached != null && cached < rates.input()) {
                tips.add(
                        "%s: input read from a cache costs %s instead of %s USD per token"
                                .formatted(
                                        model,
                                        PriceJson.usd(cached),
                                        PriceJson.usd(rates.input())));
            }
            TieredRates batch = subject.price().terms().otherTiers().get(ServiceTier.BATCH);
            if (batch != null) {
                Rates batched = rates.replacedBy(batch.rates());
                tips.add(
                        "%s: in a batch, input costs %s and output %s USD per token"
                                .formatted(
                                        model,
                                        PriceJson.usd(batched.input()),
                                        PriceJson.usd(batched.output())));
            }
        }
        return tips;
    }
}
