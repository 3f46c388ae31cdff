package tekton.budget.poller.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.RateCell;
import tekton.budget.event.RateClass;
import tekton.budget.value.Providers;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * LiteLLM's price map: one object with a property for each model, named {@code model} or {@code
 * provider/model}, in USD per token. Two names for one model of one provider are read together;
 * where they differ in a figure, that one is left out, and of input and output the model is faulty.
 *
 * <p>Source: {@code model_prices_and_context_window.json} of github.com/BerriAI/litellm, whose
 * entry {@code sample_spec} describes the fields.
 */
public final class LiteLlmFeed implements FeedFormat {

    private static final String DOCUMENTATION = "sample_spec";

    private static final String TIERS = "tiered_pricing";

    private static final String RANGE = "range";

    @Override
    public FeedReading read(byte[] bytes) throws UnreadableFeedException {
        ReadingDraft draft = new ReadingDraft();
        try (JsonParser json = FeedText.parser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new UnreadableFeedException("a list (expected: an object of models)");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = json.currentName();
                json.nextToken();
                JsonNode entry = json.readValueAsTree();
                read(key, entry, draft);
            }
            if (json.nextToken() != null) {
                throw new UnreadableFeedException("more than one JSON document");
            }
        } catch (JacksonException e) {
            throw FeedText.notJson(e);
        }
        return draft.done(quote -> List.of());
    }

    private static void read(String key, JsonNode entry, ReadingDraft draft)
            throws UnreadableFeedException {
        if (key.equals(DOCUMENTATION)) {
            draft.unread(key, "the list's own documentation");
            return;
        }
        JsonNode provider = entry.get("litellm_provider");
        if (provider == null || !provider.isString()) {
            draft.unread(key, "names no provider");
            return;
        }
        String litellm = provider.stringValue();
        Optional<ModelKey> model =
                ModelKey.of(Providers.canonical(litellm), FeedNames.modelOfLiteLlm(key, litellm));
        if (model.isEmpty()) {
            draft.unread(key, "a name that no usage record can have");
            return;
        }
        RateSheet sheet = draft.sheet(model.get());
        for (Map.Entry<String, JsonNode> field : entry.properties()) {
            if (!field.getValue().isNull()) {
                read(field.getKey(), field.getValue(), entry, sheet, draft);
            }
        }
        RateCell output = RateCell.of(RateClass.OUTPUT);
        if (isEmbedding(entry) && sheet.has(RateCell.of(RateClass.INPUT)) && !sheet.has(output)) {
            // Vectors are no tokens; reports of embeddings have none.
            sheet.putIfAbsent(output, 0);
            draft.assume("no output price of an embedding: it has no output tokens");
        }
    }

    private static void read(
            String field, JsonNode value, JsonNode entry, RateSheet sheet, ReadingDraft draft) {
        RateCell cell = LiteLlmFields.cell(field);
        if (cell != null) {
            put(field, cell, value, entry, sheet, draft);
        } else if (field.equals(TIERS) && bySizeOfInput(value)) {
            readTiers(value, sheet, draft);
        } else if (LiteLlmFields.mayBePrice(field, value)) {
            sheet.putUnsupported(field, value);
        }
    }

    private static void put(
            String field,
            RateCell cell,
            JsonNode value,
            JsonNode entry,
            RateSheet sheet,
            ReadingDraft draft) {
        boolean cacheWrite =
                cell.rateClass() == RateClass.CACHE_WRITE
                        || cell.rateClass() == RateClass.CACHE_WRITE_1H;
        if (cacheWrite && RateSheet.isZero(value) && !isFree(entry.get("input_cost_per_token"))) {
            // Where writing to a cache costs nothing extra, the tokens still are input.
            draft.assume("cache write of 0 beside priced input: no surcharge");
            return;
        }
        sheet.put(field, cell, value);
    }

    private static void readTiers(JsonNode tiers, RateSheet sheet, ReadingDraft draft) {
        for (JsonNode tier : tiers) {
            long above = tier.path(RANGE).path(0).decimalValue().longValue();
            for (Map.Entry<String, JsonNode> field : tier.properties()) {
                RateCell cell = LiteLlmFields.cell(field.getKey());
                String name = TIERS + "." + field.getKey();
                if (cell != null && cell.above() == RateCell.ANY_SIZE) {
                    put(
                            name + "_above_" + above,
                            new RateCell(cell.tier(), above, cell.rateClass()),
                            field.getValue(),
                            tier,
                            sheet,
                            draft);
                } else if (!field.getKey().equals(RANGE)) {
                    sheet.putUnsupported(name, field.getValue());
                }
            }
        }
    }

    /** Some lists of tiers go by the number of results of a search. */
    private static boolean bySizeOfInput(JsonNode tiers) {
        BigDecimal most = BigDecimal.valueOf(1_000_000_000);
        return tiers.isArray()
                && !tiers.isEmpty()
                && tiers.size() <= 16
                && tiers.valueStream()
                        .map(tier -> tier.path(RANGE).path(0))
                        .allMatch(
                                from ->
                                        from.isNumber()
                                                && from.decimalValue().signum() >= 0
                                                && from.decimalValue().compareTo(most) <= 0);
    }

    private static boolean isEmbedding(JsonNode entry) {
        JsonNode mode = entry.get("mode");
        return mode != null && mode.isString() && mode.stringValue().equals("embedding");
    }

    /** Input whose price stands elsewhere, such as in tiers, is not free. */
    private static boolean isFree(@Nullable JsonNode input) {
        return input != null && RateSheet.isZero(input);
    }
}
