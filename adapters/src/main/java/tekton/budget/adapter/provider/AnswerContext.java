package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.codec.Timestamps;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NumericNode;

import java.math.BigDecimal;
import java.util.function.Function;

/**
 * Facts about answers that stand beside them: in an envelope first, then in the URL, then from
 * headers.
 *
 * @param provider null if neither envelope nor URL named one
 * @param model of an envelope; null if it named none
 * @param recordId of an envelope; null if it named none
 * @param timestampMs epoch milliseconds; null if no envelope named a time
 * @param serviceTier in an envelope's words; null if it named none
 * @param batchTier whether a batch result says so
 * @param requestId of a batch result, for answers without an id; null if there is none
 * @param customId the sender's own name of a line of a batch; null if there is none
 * @param attribution with what an envelope said instead of what headers said
 * @param headers of the request, by name in lower case
 */
record AnswerContext(
        @Nullable String provider,
        @Nullable String model,
        @Nullable String recordId,
        @Nullable Long timestampMs,
        @Nullable String serviceTier,
        boolean batchTier,
        @Nullable String requestId,
        @Nullable String customId,
        Attribution attribution,
        Function<String, @Nullable String> headers) {

    private static final int SECONDS_DIGITS_MAX = 11;
    private static final long SECONDS_MAX = 100_000_000_000L;
    private static final long MS_MAX = SECONDS_MAX * 1_000;

    static AnswerContext of(
            ProviderFormat format,
            Attribution attribution,
            Function<String, @Nullable String> headers) {
        return new AnswerContext(
                format.provider(), null, null, null, null, false, null, null, attribution, headers);
    }

    /**
     * Whether a document is an envelope: OpenAI's events, batch results and Ollama's answers also
     * have a {@code response}.
     */
    static boolean isEnvelope(JsonNode document) {
        JsonNode response = ForeignJson.at(document, "response");
        String type = ForeignJson.text(document, "type");
        boolean answer = response.isContainer() || (response.isString() && !document.has("done"));
        return answer
                && (type == null || !type.startsWith("response."))
                && ForeignJson.text(document, "event_type") == null;
    }

    /**
     * The same with what an envelope says.
     *
     * @throws ForeignFormatException if a field of it is of another type
     */
    AnswerContext of(JsonNode envelope) throws ForeignFormatException {
        String named = text(envelope, "provider");
        return new AnswerContext(
                named == null ? provider : named,
                text(envelope, "model"),
                text(envelope, "record_id"),
                time(envelope),
                text(envelope, "service_tier"),
                batchTier,
                requestId,
                customId,
                new Attribution(
                        or(text(envelope, "context_id"), attribution.contextId()),
                        or(text(envelope, "component"), attribution.component()),
                        or(text(envelope, "budget_id"), attribution.budgetId()),
                        or(text(envelope, "user_id"), attribution.userId()),
                        or(text(envelope, "task_type"), attribution.taskType()),
                        or(text(envelope, "allocation_id"), attribution.allocationId())),
                headers);
    }

    /** The same for a result of a batch. */
    AnswerContext ofBatch(@Nullable String requestId, @Nullable String customId) {
        return new AnswerContext(
                provider,
                model,
                recordId,
                timestampMs,
                serviceTier,
                true,
                requestId,
                customId,
                attribution,
                headers);
    }

    /** A request header, by its name in lower case; null if it is absent or empty. */
    @Nullable String header(String name) {
        String value = headers.apply(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /**
     * How an answer was served: a batch is one whatever the answer says, an envelope knows better
     * than the answer.
     */
    @Nullable String tier(@Nullable String ofAnswer) {
        return batchTier
                ? ServiceTier.BATCH.wireName()
                : or(serviceTier, or(ofAnswer, header("x-amzn-bedrock-service-tier")));
    }

    private static @Nullable Long time(JsonNode envelope) throws ForeignFormatException {
        JsonNode value = ForeignJson.at(envelope, "timestamp");
        Long ms = timeMs(value);
        boolean empty =
                value.isMissingNode() || (value.isString() && value.stringValue().isEmpty());
        if (ms == null && !empty) {
            throw new ForeignFormatException(
                    "timestamp: "
                            + shown(value)
                            + ": expected "
                            + Timestamps.EXPECTED
                            + ", or seconds or milliseconds since 1970");
        }
        return ms;
    }

    /**
     * ISO-8601, or a count since 1970 of seconds or, if that would be far ahead, milliseconds; null
     * if it is neither.
     */
    static @Nullable Long timeMs(JsonNode value) {
        if (value.isString()) {
            Long iso = Timestamps.parseMs(value.stringValue());
            if (iso != null) {
                return iso;
            }
        }
        Long since = ForeignJson.countOrNull(value);
        if (since == null) {
            return fractionMs(value);
        }
        if (since > -SECONDS_MAX && since < SECONDS_MAX) {
            return since * 1_000;
        }
        return since > -MS_MAX && since < MS_MAX ? since : null;
    }

    /** Python's time.time() has a fraction. A number of more digits is no time. */
    private static @Nullable Long fractionMs(JsonNode value) {
        // Jackson's isNaN is also true of infinity.
        if (!(value instanceof NumericNode number) || number.isNaN()) {
            return null;
        }
        BigDecimal seconds = number.decimalValue();
        boolean time = seconds.precision() - (long) seconds.scale() <= SECONDS_DIGITS_MAX;
        return time ? seconds.movePointRight(3).longValue() : null;
    }

    private static @Nullable String text(JsonNode envelope, String name)
            throws ForeignFormatException {
        JsonNode value = ForeignJson.at(envelope, name);
        if (value.isMissingNode() || value.isString() || value.isNumber()) {
            return ForeignJson.text(envelope, name);
        }
        throw new ForeignFormatException(name + ": " + shown(value) + ": expected a text");
    }

    private static String shown(JsonNode value) {
        return value.isString()
                ? Shown.text(value.stringValue()).json()
                : Shown.written(value.toString()).json();
    }

    private static @Nullable String or(@Nullable String first, @Nullable String second) {
        return first == null ? second : first;
    }
}
