package tekton.budget.adapter.litellm;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.AnswerIds;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.codec.Timestamps;
import tekton.budget.value.ServiceTier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One record of LiteLLM's log, a {@code StandardLoggingPayload} ({@code litellm/types/utils.py},
 * docs.litellm.ai/docs/proxy/logging_spec), of which only {@link #FIELDS} are there. Pure.
 */
final class StandardPayload {

    /** All that is read of a payload; prompts, answers and price lists are not in it. */
    static final Set<String> FIELDS =
            Set.of(
                    "id",
                    "trace_id",
                    "call_type",
                    "status",
                    "cache_hit",
                    "custom_llm_provider",
                    "model",
                    "model_group",
                    "prompt_tokens",
                    "completion_tokens",
                    "total_tokens",
                    "response_cost",
                    "endTime",
                    "startTime",
                    "request_tags",
                    "end_user",
                    "usage",
                    "modelParameters",
                    "response.service_tier",
                    "hidden_params.litellm_model_name",
                    "hidden_params.usage_object",
                    "metadata.usage_object",
                    "metadata.user_api_key_alias",
                    "metadata.user_api_key_end_user_id",
                    "metadata.user_api_key_team_alias",
                    "metadata.user_api_key_team_id",
                    "metadata.user_api_key_user_id");

    /** The component of calls whose key has no name, where nobody says another. */
    private static final String COMPONENT = "litellm";

    /** LiteLLM adds these itself, behind those of the request ({@code _get_user_agent_tags}). */
    private static final String USER_AGENT_TAG = "User-Agent: ";

    /** Requests that look at what is there, such as a stored answer with its old tokens. */
    private static final Pattern READING =
            Pattern.compile("(?:litellm\\.)?a?(?:get|list|delete|cancel)_.*");

    /** Requests that call a model: without tokens the provider has not told them. */
    private static final Pattern INFERENCE =
            Pattern.compile(
                    "(?:litellm\\.)?a?(?:completion|text_completion|embedding|responses|compact_responses"
                        + "|anthropic_messages|generate_content|generate_content_stream"
                        + "|image_generation|image_edit|speech|transcription|rerank|realtime)");

    /** Finished batches, whose tokens LiteLLM reports when it is asked for them. */
    private static final Pattern BATCH = Pattern.compile("(?:litellm\\.)?a?retrieve_batch");

    /** Later than any call and earlier than an overflow. */
    private static final double SECONDS_MAX = 1e11;

    private final ObjectNode payload;

    /** A missing node where none has tokens. */
    private final JsonNode usage;

    private final LiteLlmUsage tokens;

    StandardPayload(ObjectNode payload) {
        this.payload = payload;
        usage = usage(payload);
        // The payload itself has the three sums.
        tokens = new LiteLlmUsage(usage.isMissingNode() ? payload : usage);
    }

    /** True for the older payload, in which every value is what Python's {@code str()} made. */
    boolean isTexts() {
        return payload.has("modelParameters") || payload.path("usage").isString();
    }

    /** False for an object of another program. */
    boolean isPayload() {
        return text("id") != null || text("model") != null || text("call_type") != null;
    }

    /** True for a model's call that used something, or may have. */
    boolean isCall() {
        String type = Objects.requireNonNullElse(text("call_type"), "completion");
        if (isCacheHit() || READING.matcher(type).matches()) {
            return false;
        }
        if (tokens.hasTokens()) {
            return true;
        }
        return !"failure".equals(text("status")) && INFERENCE.matcher(type).matches();
    }

    ForeignCall call(Attribution from) {
        String id = text("id");
        ForeignCall call =
                new ForeignCall()
                        .recordId(id == null || AnswerIds.isReused(id) ? null : "litellm:" + id)
                        .requestId(id)
                        .contextId(first(from.contextId(), text("trace_id"), id))
                        .component(
                                first(
                                        text("metadata", "user_api_key_alias"),
                                        from.component(),
                                        COMPONENT))
                        .budgetNamed(
                                first(
                                        text("metadata", "user_api_key_team_id"),
                                        text("metadata", "user_api_key_team_alias")))
                        .userId(
                                first(
                                        text("end_user"),
                                        text("metadata", "user_api_key_end_user_id"),
                                        text("metadata", "user_api_key_user_id")))
                        .taskType(firstTag())
                        .operationId(text("trace_id"))
                        .provider(first(text("custom_llm_provider"), "unknown"))
                        .model(
                                first(
                                        text("model"),
                                        text("hidden_params", "litellm_model_name"),
                                        text("model_group")))
                        .note("response_cost", text("response_cost"))
                        .note("model_group", text("model_group"));
        time(call);
        tokens(call);
        return call.complete(from);
    }

    private void tokens(ForeignCall call) {
        if (!usage.isMissingNode()) {
            call.rawUsage(usage);
        }
        if (tokens.hasTokens()) {
            tokens.fill(call.tokens());
        } else {
            call.usageMissing();
        }
        String status = text("status");
        if ("failure".equals(status)) {
            call.note("status", status);
        }
        // The answer's tier counts: the request's model_parameters may ask for another.
        call.serviceTier(
                first(text("response", "service_tier"), ForeignJson.text(usage, "service_tier")));
        String type = text("call_type");
        if (type != null && BATCH.matcher(type).matches()) {
            call.serviceTier(ServiceTier.BATCH);
        }
    }

    private boolean isCacheHit() {
        JsonNode hit = payload.path("cache_hit");
        return hit.isBoolean()
                ? hit.booleanValue()
                : "true".equals(hit.asString("").toLowerCase(Locale.ROOT));
    }

    /** Its end: floats of epoch seconds, or the text of the documentation's example. */
    private void time(ForeignCall call) {
        String text = first(text("endTime"), text("startTime"));
        if (text == null) {
            return;
        }
        Long time = epochMs(text);
        if (time == null) {
            call.note("time_raw", text);
        }
        call.timestampMs(time);
    }

    private static @Nullable Long epochMs(String text) {
        try {
            BigDecimal seconds = new BigDecimal(text);
            // The range first: an exponent of billions must not become digits.
            double rough = seconds.doubleValue();
            return rough > 0 && rough < SECONDS_MAX && seconds.scale() < 100
                    ? Long.valueOf(seconds.movePointRight(3).longValue())
                    : null;
        } catch (NumberFormatException notNumber) {
            return Timestamps.parseMs(text);
        }
    }

    private @Nullable String firstTag() {
        for (JsonNode tag : payload.path("request_tags")) {
            if (tag.isString()
                    && !tag.stringValue().isEmpty()
                    && !tag.stringValue().startsWith(USER_AGENT_TAG)) {
                return tag.stringValue();
            }
        }
        return null;
    }

    private @Nullable String text(String... names) {
        return ForeignJson.text(payload, names);
    }

    /** The first usage object that has tokens. */
    private static JsonNode usage(ObjectNode payload) {
        List<JsonNode> places =
                List.of(
                        ForeignJson.at(payload, "metadata", "usage_object"),
                        ForeignJson.at(payload, "hidden_params", "usage_object"),
                        ForeignJson.at(payload, "usage"));
        for (JsonNode place : places) {
            if (place.isObject() && new LiteLlmUsage(place).hasTokens()) {
                return place;
            }
        }
        return MissingNode.getInstance();
    }

    private static @Nullable String first(@Nullable String... texts) {
        for (String text : texts) {
            if (text != null) {
                return text;
            }
        }
        return null;
    }
}
