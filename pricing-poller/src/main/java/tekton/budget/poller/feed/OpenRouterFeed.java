package tekton.budget.poller.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.RateCell;
import tekton.budget.event.RateClass;
import tekton.budget.value.ServiceTier;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OpenRouter's list of models: {@code {"data": [{"id": "author/model", "pricing": {…}}]}}, prices
 * as texts in USD per token or request, -1 where they depend on something.
 *
 * <p>They are OpenRouter's own prices, so the provider is {@code openrouter}. Of authors that sell
 * their models themselves they bear witness as well.
 *
 * <p>Source: openrouter.ai/docs/api-reference/models/get-models, schema {@code PublicPricing}.
 */
public final class OpenRouterFeed implements FeedFormat {

    private static final String PROVIDER = "openrouter";

    private static final String OVERRIDES = "overrides";

    private static final String FROM_SIZE = "min_prompt_tokens";

    private static final Map<String, RateClass> CLASSES =
            Map.of(
                    "prompt", RateClass.INPUT,
                    "completion", RateClass.OUTPUT,
                    "input_cache_read", RateClass.CACHED_INPUT,
                    "input_cache_write", RateClass.CACHE_WRITE,
                    "input_cache_write_1h", RateClass.CACHE_WRITE_1H,
                    "internal_reasoning", RateClass.REASONING,
                    "audio", RateClass.AUDIO_INPUT,
                    "audio_output", RateClass.AUDIO_OUTPUT,
                    "image_token", RateClass.IMAGE_INPUT,
                    "request", RateClass.REQUEST);

    @Override
    public FeedReading read(byte[] bytes) throws UnreadableFeedException {
        JsonNode models;
        try (var json = FeedText.parser(bytes)) {
            JsonNode document = json.readValueAsTree();
            models = document.path("data");
            if (json.nextToken() != null) {
                throw new UnreadableFeedException("more than one JSON document");
            }
        } catch (JacksonException e) {
            throw FeedText.notJson(e);
        }
        if (!models.isArray()) {
            throw new UnreadableFeedException("data: missing (expected: a list of models)");
        }
        ReadingDraft draft = new ReadingDraft();
        for (JsonNode model : models) {
            read(model, draft);
        }
        return draft.done(OpenRouterFeed::witnessed);
    }

    private static void read(JsonNode model, ReadingDraft draft) throws UnreadableFeedException {
        JsonNode id = model.path("id");
        if (!id.isString()) {
            draft.unread(model.toString(), "names no model");
            return;
        }
        Optional<ModelKey> key = ModelKey.of(PROVIDER, id.stringValue());
        JsonNode pricing = model.path("pricing");
        if (key.isEmpty() || !pricing.isObject()) {
            draft.unread(
                    id.stringValue(),
                    key.isEmpty() ? "a name that no usage record can have" : "no price");
            return;
        }
        RateSheet sheet = draft.sheet(key.get());
        for (Map.Entry<String, JsonNode> field : pricing.properties()) {
            if (field.getKey().equals(OVERRIDES)) {
                field.getValue().forEach(override -> readOverride(override, sheet, draft));
            } else {
                read("", field, RateCell.ANY_SIZE, sheet, draft);
            }
        }
    }

    private static void readOverride(JsonNode override, RateSheet sheet, ReadingDraft draft) {
        BigDecimal from = number(override.path(FROM_SIZE));
        boolean bySizeOnly =
                from != null
                        && from.signum() > 0
                        && from.compareTo(BigDecimal.valueOf(1_000_000_000)) <= 0
                        && override.propertyStream()
                                .noneMatch(field -> field.getKey().startsWith("utc_"));
        if (!bySizeOnly || from == null) {
            // Prices by the time of day, or by what is not known yet.
            sheet.putUnsupported(
                    OVERRIDES + "." + String.join("+", override.propertyNames()), override);
            return;
        }
        long above = from.longValue() - 1;
        for (Map.Entry<String, JsonNode> field : override.properties()) {
            if (!field.getKey().equals(FROM_SIZE)) {
                read(OVERRIDES + "." + (above + 1) + ".", field, above, sheet, draft);
            }
        }
    }

    private static void read(
            String prefix,
            Map.Entry<String, JsonNode> field,
            long above,
            RateSheet sheet,
            ReadingDraft draft) {
        String name = field.getKey();
        JsonNode value = field.getValue();
        RateClass rateClass = CLASSES.get(name);
        if (value.isNull()) {
            return;
        }
        boolean whole = rateClass == RateClass.INPUT || rateClass == RateClass.OUTPUT;
        if (!whole && isZero(value)) {
            // Written for every class that has no price of its own.
            draft.assume("0 beside prompt and completion: no price of its own");
        } else if (rateClass == null) {
            sheet.putUnsupported(prefix + name, value);
        } else {
            sheet.put(prefix + name, new RateCell(ServiceTier.STANDARD, above, rateClass), value);
        }
    }

    /** The same price as one of the author's own, under the name that others give the model. */
    private static List<Quote> witnessed(Quote quote) {
        String id = quote.model().model();
        int slash = id.indexOf('/');
        if (slash < 0 || id.indexOf(':') >= 0) {
            return List.of();
        }
        String provider = FeedNames.providerOfAuthor(id.substring(0, slash));
        String model = id.substring(slash + 1);
        if (provider.equals("anthropic")) {
            model = model.replace('.', '-');
        }
        return ModelKey.of(provider, model)
                .map(key -> List.of(quote.bearingWitness(key)))
                .orElse(List.of());
    }

    private static boolean isZero(JsonNode value) {
        BigDecimal number = number(value);
        return number != null && number.signum() == 0;
    }

    private static @Nullable BigDecimal number(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue();
        }
        if (value.isString() && value.stringValue().length() <= 64) {
            try {
                return new BigDecimal(value.stringValue().strip());
            } catch (NumberFormatException notANumber) {
                return null;
            }
        }
        return null;
    }
}
