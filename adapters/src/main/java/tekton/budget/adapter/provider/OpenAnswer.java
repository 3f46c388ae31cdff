package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.AnswerIds;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.value.Providers;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One answer while its events come in. Of every field of its usage the last value that is not null
 * counts: counts of a stream are running sums, and adding them doubled real bills
 * (microsoft/agent-framework#7143, tensorzero/tensorzero#5481). Of Gemini's chunks the last usage
 * counts as a whole.
 *
 * <p>One thread.
 */
final class OpenAnswer {

    private static final int TICKS_SCALE = 10;

    /** Bedrock's headers of an answer of InvokeModel, and the words of its stream for the same. */
    private static final Map<String, String> COUNT_HEADERS =
            Map.of(
                    "x-amzn-bedrock-input-token-count", "inputTokenCount",
                    "x-amzn-bedrock-output-token-count", "outputTokenCount",
                    "x-amzn-bedrock-cache-read-input-token-count", "cacheReadInputTokenCount",
                    "x-amzn-bedrock-cache-write-input-token-count", "cacheWriteInputTokenCount");

    private static final String BEDROCK_REQUEST_HEADER = "x-amzn-requestid";

    private final AnswerShape shape;
    private JsonNode about = MissingNode.getInstance();
    private @Nullable ObjectNode usage;
    private @Nullable String id;
    private @Nullable String model;
    private @Nullable Long timestampMs;
    private @Nullable String tier;
    private boolean finished;
    private boolean started;
    private int parts;

    OpenAnswer(AnswerShape shape) {
        this.shape = shape;
    }

    /**
     * Whether a part begins another answer: another shape, another id after the usage came, or, of
     * Gemini's, a second end without ids.
     */
    boolean isOver(AnswerPart next) {
        if (next.shape() != shape) {
            return !next.isOfBedrockAlone();
        }
        if (usage == null) {
            return false;
        }
        String nextId = id(next.about());
        return nextId == null
                ? shape == AnswerShape.GOOGLE && id == null && finished && next.finished()
                : id != null && !id.equals(nextId);
    }

    OpenAnswer add(AnswerPart part) {
        parts++;
        started |= part.role() == AnswerPart.Role.START;
        finished |= part.finished();
        JsonNode from = part.about();
        if (!from.isMissingNode()) {
            about = ProviderNames.isMarked(about) ? about : from;
            id = id == null ? id(from) : id;
            model = or(model(from), model);
            Long said = timestampMs(from);
            timestampMs = said == null ? timestampMs : said;
            tier = or(tier(from), tier);
        }
        if (part.usage() instanceof ObjectNode counts) {
            tier = or(tier(counts), tier);
            merge(counts);
        }
        return this;
    }

    /** The stream's own end came. */
    OpenAnswer finish() {
        finished = true;
        return this;
    }

    private void merge(ObjectNode said) {
        if (usage == null || shape == AnswerShape.GOOGLE) {
            usage = JsonNodeFactory.instance.objectNode();
        }
        for (Map.Entry<String, JsonNode> field : said.properties()) {
            if (!field.getValue().isNull()) {
                usage.set(field.getKey(), field.getValue());
            }
        }
    }

    /**
     * The calls that it is: one, or one for each of its sampling passes.
     *
     * @param context what is known beside it
     * @param sessionModel the model that a session named before it; null if none did
     * @param suffix for ids that belong to the whole body and not to this answer, empty for its
     *     first call
     */
    List<ForeignCall> calls(
            AnswerContext context, @Nullable String sessionModel, Supplier<String> suffix) {
        JsonNode counted = usage == null ? ofHeaders(context) : usage;
        List<JsonNode> passes = counted == null ? null : SamplingPasses.of(counted);
        if (passes == null) {
            return List.of(call(context, sessionModel, suffix, counted, 0));
        }
        List<ForeignCall> calls = new ArrayList<>(passes.size());
        for (JsonNode pass : passes) {
            ForeignCall call = call(context, sessionModel, suffix, pass, calls.size());
            String passModel = ForeignJson.text(pass, "model");
            if (passModel != null) {
                call.model(passModel);
            }
            calls.add(call.note("sampling_pass", ForeignJson.text(pass, "type")));
        }
        return calls;
    }

    private ForeignCall call(
            AnswerContext context,
            @Nullable String sessionModel,
            Supplier<String> suffix,
            @Nullable JsonNode counted,
            int pass) {
        ForeignCall call = new ForeignCall();
        String own = or(model, sessionModel);
        String named = or(context.model(), or(own, context.header("x-budget-model")));
        call.model(named);
        if (context.model() != null && own != null && !own.equals(context.model())) {
            call.note("response_model", own);
        }
        String provider = or(context.provider(), context.header("x-budget-provider"));
        if (provider == null) {
            ProviderNames found =
                    isToldByHeaders(context)
                            ? ProviderNames.BEDROCK
                            : ProviderNames.of(shape, about, usage, id, own);
            provider = found.name();
            if (found.assumed()) {
                call.note("provider_assumed");
            }
        }
        call.provider(provider);
        identify(call, context, provider, suffix.get(), pass);
        call.timestampMs(context.timestampMs() == null ? timestampMs : context.timestampMs());
        String served = context.tier(tier);
        if (served != null) {
            call.serviceTier(served);
        }
        call.note("custom_id", context.customId());
        count(call, counted, provider, named == null ? "" : named);
        return call.complete(context.attribution());
    }

    private void identify(
            ForeignCall call, AnswerContext context, String provider, String suffix, int pass) {
        String response = or(AnswerIds.unique(id), context.requestId());
        String ofBody = context.header(BEDROCK_REQUEST_HEADER);
        if (response == null && ofBody != null) {
            response = ofBody + suffix;
        }
        call.requestId(or(response, id));
        String passSuffix = pass == 0 ? "" : "#" + pass;
        if (context.recordId() != null) {
            call.recordId(context.recordId() + suffix);
        } else if (response != null) {
            call.recordId(Providers.canonical(provider) + ":" + response + passSuffix);
        }
    }

    private void count(
            ForeignCall call, @Nullable JsonNode counted, String provider, String named) {
        if (counted == null) {
            call.usageMissing();
            return;
        }
        call.rawUsage(counted);
        UsageObject object =
                new UsageObject(
                        counted,
                        shape,
                        Providers.canonical(provider),
                        named.toLowerCase(Locale.ROOT));
        if (!object.readInto(call.tokens())) {
            call.usageMissing();
            return;
        }
        noteOf(call, object);
        if (SamplingPasses.areIn(counted)) {
            call.note("iterations_not_counted");
        }
        if (!finished && (started || parts > 1)) {
            call.note("estimated");
        }
    }

    /** Keeps facts of a usage that have no place in a record and may change the price. */
    static void noteOf(ForeignCall call, UsageObject object) {
        JsonNode usage = object.usage();
        if (object.lacksPrompt()) {
            call.note("prompt_tokens_missing");
        }
        for (String name : List.of("speed", "inference_geo")) {
            call.note(name, ForeignJson.text(usage, name));
        }
        String traffic = ForeignJson.text(usage, "trafficType");
        if ("PROVISIONED_THROUGHPUT".equals(traffic)) {
            call.note("traffic_type", traffic);
        }
        Long ticks = ForeignJson.countOrNull(usage, "cost_in_usd_ticks");
        if (ticks != null) {
            call.note(
                    "provider_cost_usd",
                    BigDecimal.valueOf(ticks, TICKS_SCALE).stripTrailingZeros().toPlainString());
        } else if (ForeignJson.at(usage, "cost").isNumber()) {
            call.note("provider_cost_usd", ForeignJson.text(usage, "cost"));
        }
    }

    private static @Nullable JsonNode ofHeaders(AnswerContext context) {
        ObjectNode counted = JsonNodeFactory.instance.objectNode();
        COUNT_HEADERS.forEach(
                (header, field) -> {
                    String value = context.header(header);
                    if (value != null) {
                        counted.put(field, value);
                    }
                });
        return counted.isEmpty() ? null : counted;
    }

    /** Whether headers tell of an answer that its body says nothing of. */
    static boolean isToldByHeaders(AnswerContext context) {
        return ofHeaders(context) != null;
    }

    /** Also where the AWS SDKs for Python and JavaScript put it. */
    private static @Nullable String id(JsonNode from) {
        for (String name : List.of("id", "responseId", "response_id", "generation_id")) {
            String id = ForeignJson.text(from, name);
            if (id != null) {
                return id;
            }
        }
        return or(
                ForeignJson.text(from, "ResponseMetadata", "RequestId"),
                ForeignJson.text(from, "$metadata", "requestId"));
    }

    private static @Nullable String model(JsonNode from) {
        return or(ForeignJson.text(from, "model"), ForeignJson.text(from, "modelVersion"));
    }

    private static @Nullable Long timestampMs(JsonNode from) {
        for (String name : List.of("created", "created_at", "createTime")) {
            Long ms = AnswerContext.timeMs(ForeignJson.at(from, name));
            if (ms != null) {
                return ms;
            }
        }
        return null;
    }

    /** OpenAI's and Anthropic's word, Gemini's, Vertex AI's, Bedrock's. */
    static @Nullable String tier(JsonNode from) {
        String tier =
                or(
                        ForeignJson.text(from, "service_tier"),
                        or(
                                ForeignJson.text(from, "serviceTier"),
                                ForeignJson.text(from, "serviceTier", "type")));
        if (tier != null) {
            return tier;
        }
        String traffic = ForeignJson.text(from, "trafficType");
        return traffic == null
                ? null
                : switch (traffic) {
                    case "ON_DEMAND_FLEX" -> "flex";
                    case "ON_DEMAND_PRIORITY" -> "priority";
                    default -> null;
                };
    }

    private static @Nullable String or(@Nullable String first, @Nullable String second) {
        return first == null ? second : first;
    }
}
