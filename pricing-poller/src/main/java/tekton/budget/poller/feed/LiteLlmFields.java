package tekton.budget.poller.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.RateCell;
import tekton.budget.event.RateClass;
import tekton.budget.value.ServiceTier;

import tools.jackson.databind.JsonNode;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the fields of LiteLLM's price map mean: {@code <class>[_above_<n>k_tokens][_<service>]},
 * such as {@code input_cost_per_token_above_272k_tokens_priority}; a k is a thousand, as in
 * LiteLLM's own cost calculation ({@code litellm/litellm_core_utils/llm_cost_calc/utils.py}).
 */
final class LiteLlmFields {

    private static final Map<String, RateClass> CLASSES =
            Map.ofEntries(
                    Map.entry("input_cost_per_token", RateClass.INPUT),
                    Map.entry("output_cost_per_token", RateClass.OUTPUT),
                    Map.entry("cache_read_input_token_cost", RateClass.CACHED_INPUT),
                    Map.entry("input_cost_per_token_cache_hit", RateClass.CACHED_INPUT),
                    Map.entry("cache_creation_input_token_cost", RateClass.CACHE_WRITE),
                    Map.entry(
                            "cache_creation_input_token_cost_above_1hr", RateClass.CACHE_WRITE_1H),
                    Map.entry("output_cost_per_reasoning_token", RateClass.REASONING),
                    Map.entry("input_cost_per_audio_token", RateClass.AUDIO_INPUT),
                    Map.entry("output_cost_per_audio_token", RateClass.AUDIO_OUTPUT),
                    Map.entry("input_cost_per_image_token", RateClass.IMAGE_INPUT),
                    Map.entry("output_cost_per_image_token", RateClass.IMAGE_OUTPUT),
                    Map.entry("input_cost_per_request", RateClass.REQUEST));

    private static final Map<String, ServiceTier> SERVICES =
            Map.of(
                    "", ServiceTier.STANDARD,
                    "_batches", ServiceTier.BATCH,
                    "_flex", ServiceTier.FLEX,
                    "_priority", ServiceTier.PRIORITY);

    private static final Pattern FIELD =
            Pattern.compile("(.+?)(?:_above_(\\d{1,6})k_tokens)?(_batches|_flex|_priority)?");

    private static final Pattern PRICE =
            Pattern.compile("cost|pric|multiplier|uplift|billing|provider_specific_entry");

    /** Numbers, lists and objects that say what a model can do, not what it costs. */
    private static final Set<String> ABILITIES =
            Set.of("rpm", "tpm", "metadata", "output_vector_size", "prompt_cache_min_tokens");

    private LiteLlmFields() {}

    /** Where a field's figure belongs; null when it is no class that is read. */
    static @Nullable RateCell cell(String field) {
        Matcher parts = FIELD.matcher(field);
        if (!parts.matches()) {
            return null;
        }
        RateClass rateClass = CLASSES.get(parts.group(1));
        String thousands = parts.group(2);
        String service = parts.group(3) == null ? "" : parts.group(3);
        ServiceTier tier = SERVICES.get(service);
        if (rateClass == null || tier == null) {
            return null;
        }
        long above = thousands == null ? RateCell.ANY_SIZE : Long.parseLong(thousands) * 1_000;
        return new RateCell(tier, above, rateClass);
    }

    /** True when a field that is not read may have to do with money. What nobody knows may. */
    static boolean mayBePrice(String field, JsonNode value) {
        if (PRICE.matcher(field).find()) {
            return true;
        }
        boolean says = value.isBoolean() || value.isString() || value.isNull();
        return !says
                && !field.startsWith("max_")
                && !field.startsWith("supported_")
                && !ABILITIES.contains(field);
    }
}
