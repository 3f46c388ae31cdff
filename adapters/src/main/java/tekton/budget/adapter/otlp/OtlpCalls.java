package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.AnswerIds;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ModelMaker;
import tekton.budget.value.Providers;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;

/** Everything of a call but its tokens and its id: the same words in spans and log records. */
final class OtlpCalls {

    private static final String UNKNOWN = "unknown";

    /** The SDKs' name of a service that nobody named: opentelemetry-specification, Resource SDK. */
    private static final String UNNAMED_SERVICE = "unknown_service";

    private static final String[] PROVIDER = {
        "gen_ai.provider.name", "gen_ai.system", "llm.provider", "ai.model.provider", "llm.system"
    };

    private static final String[] MODEL = {
        "gen_ai.response.model",
        "llm.response.model_name",
        "ai.response.model",
        "langfuse.observation.model.name",
        "gen_ai.request.model",
        "llm.model_name",
        "llm.request.model_name",
        "embedding.model_name",
        "ai.model.id",
        "model"
    };

    private static final String[] RESPONSE_ID = {"gen_ai.response.id", "ai.response.id"};

    private static final String[] SERVICE_TIER = {
        "openai.response.service_tier", "gen_ai.openai.response.service_tier"
    };

    private static final String[] COST = {
        "operation.cost", "llm.cost.total", "gen_ai.usage.cost", "cost_usd"
    };

    private OtlpCalls() {}

    static @Nullable String provider(OtlpItem item) {
        return item.attributes().text(PROVIDER);
    }

    static @Nullable String model(OtlpItem item) {
        return item.attributes().text(MODEL);
    }

    /**
     * The provider's id of its answer; for Claude Code of the request, which its events have too.
     */
    static @Nullable String responseId(OtlpItem item) {
        String id =
                item.name().equals(InferenceMarks.CLAUDE_SPAN)
                        ? item.attributes().text("request_id")
                        : null;
        return id == null ? item.attributes().text(RESPONSE_ID) : id;
    }

    /**
     * Whether a gateway answered from its own cache, with the counts of an older call: LiteLLM's id
     * of such an answer says so.
     */
    static boolean isCacheHit(@Nullable String responseId) {
        return responseId != null && responseId.contains("_cache_hit");
    }

    /** The id of a call that a span tells of, and that its event repeats. */
    static String spanRecordId(OtlpItem item) {
        return "otel:" + item.traceId() + ':' + item.spanId();
    }

    /**
     * The id of a call whose answer has one of its own: the same in spans and log records of
     * anybody. Null if it has none.
     */
    static @Nullable String answerRecordId(@Nullable String responseId) {
        String id = AnswerIds.unique(responseId);
        return id == null ? null : "otel:" + id;
    }

    /**
     * Fills in whom a call belongs to and what was called. It has its tokens already.
     *
     * @param provider whose it is if it does not say; null if only the model may tell
     */
    static void describe(
            ForeignCall call,
            OtlpItem item,
            OtlpMapping mapping,
            Attribution attribution,
            @Nullable String provider) {
        String model = model(item);
        String named = provider(item);
        if (named == null) {
            named = provider == null && model != null ? ModelMaker.of(model) : provider;
            call.note(named == null ? "provider_missing" : "provider_inferred");
        }
        if (model == null) {
            call.note("model_missing");
        }
        String component = item.says(mapping.component());
        if (component != null
                && component.startsWith(UNNAMED_SERVICE)
                && attribution.component() != null) {
            component = null;
        }
        if (component == null && attribution.component() == null) {
            component = UNKNOWN;
            call.note("component_missing");
        }
        String context = item.says(mapping.context());
        if (context == null && attribution.contextId() == null && item.hasTrace()) {
            context = item.traceId();
        }
        call.provider(named == null ? UNKNOWN : Providers.named(named))
                .model(model == null ? UNKNOWN : model)
                .component(component)
                .contextId(context)
                .userId(item.says(mapping.user()))
                .budgetId(item.says(mapping.budget()))
                .operationId(item.hasTrace() ? item.traceId() : null)
                .timestampMs(item.timeMs())
                .serviceTier(item.attributes().text(SERVICE_TIER))
                .note("reported_cost_usd", item.attributes().text(COST))
                .note("speed", item.attributes().text("speed"))
                .complete(attribution);
        if (!item.traceState().isEmpty() && isSampled(item)) {
            call.note("trace_sampled");
        }
        if (call.isClamped()) {
            call.rawUsage(counts(item));
        }
    }

    /**
     * A head-sampled trace stands for others that nobody sends, whose calls are not counted: a
     * threshold above 0 in OpenTelemetry's part of the state, {@code ot=th:8;rv:…}.
     */
    private static boolean isSampled(OtlpItem item) {
        for (String member : item.traceState().split(",", -1)) {
            String fields = member.strip();
            if (fields.startsWith("ot=")) {
                for (String field : fields.substring(3).split(";", -1)) {
                    if (field.startsWith("th:") && !field.equals("th:0")) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static ObjectNode counts(OtlpItem item) {
        ObjectNode counts = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, Object> attribute : item.attributes().sorted().entrySet()) {
            if (attribute.getKey().contains("token") || attribute.getKey().contains("usage")) {
                counts.put(attribute.getKey(), attribute.getValue().toString());
            }
        }
        return counts;
    }
}
