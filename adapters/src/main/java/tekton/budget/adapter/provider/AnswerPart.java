package tekton.budget.adapter.provider;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Set;

/**
 * One document of a provider, as far as metering is concerned: a whole answer, or an event of a
 * stream. Told by its fields alone: the types of openai-python 3.3, anthropic-sdk-python 0.121,
 * python-genai 2.19, Bedrock's API reference, cohere-python and Ollama's API.
 *
 * @param about what has the answer's id, model, time and tier; a missing node if nothing does
 * @param usage an object; null if it says nothing of tokens
 * @param finished whether the answer is known to have come to its end
 */
record AnswerPart(
        AnswerShape shape, Role role, JsonNode about, @Nullable JsonNode usage, boolean finished) {

    /** A document's place in the answer. */
    enum Role {
        /** All of it. */
        WHOLE,
        /** Its beginning. */
        START,
        /** More of it. */
        PART,
        /** Its end. */
        END,
        /** The end of one that used nothing that counts: it failed, or is billed by the second. */
        UNCOUNTED,
        /** Facts about the answers that follow. */
        SESSION,
        /** No answer: an error, one that is not ready yet. */
        NO_CALL
    }

    /** In the last event of a stream of Bedrock's InvokeModel, whoever made the model. */
    private static final String INVOCATION_METRICS = "amazon-bedrock-invocationMetrics";

    private static final Set<String> UNFINISHED = Set.of("queued", "in_progress");
    private static final Set<String> FAILED = Set.of("failed", "cancelled");
    private static final Set<String> NOTHING_RUN = Set.of("load", "unload");

    /** The part that a document is; null if it is nothing that a provider sends. */
    static @Nullable AnswerPart of(JsonNode document) {
        if (!document.isObject()) {
            return null;
        }
        AnswerPart part = recognised(document);
        JsonNode metrics = ForeignJson.at(document, INVOCATION_METRICS);
        if (metrics.isObject() && (part == null || part.usage == null)) {
            return part == null
                    ? of(AnswerShape.BEDROCK, Role.END, document, metrics)
                    : new AnswerPart(part.shape, part.role, part.about, metrics, true);
        }
        return part != null && part.usage != null && isOfSeconds(part.usage)
                ? of(part.shape, Role.UNCOUNTED, document, null)
                : part;
    }

    /**
     * Whether it is only what Bedrock counts for the answer before it, whoever's words that has.
     */
    boolean isOfBedrockAlone() {
        return shape == AnswerShape.BEDROCK && about.has(INVOCATION_METRICS);
    }

    private static @Nullable AnswerPart recognised(JsonNode document) {
        String type = ForeignJson.text(document, "type");
        AnswerPart part = type == null ? null : ofType(document, type);
        if (part != null) {
            return part;
        }
        String event = ForeignJson.text(document, "event_type");
        part = event == null ? null : ofEventType(document, event);
        if (part != null) {
            return part;
        }
        String object = ForeignJson.text(document, "object");
        part = object == null ? null : ofObject(document, object);
        return part == null ? ofFields(document) : part;
    }

    /** Anthropic, and the events of OpenAI and of Cohere. */
    private static @Nullable AnswerPart ofType(JsonNode document, String type) {
        return switch (type) {
            case "message" -> whole(AnswerShape.ANTHROPIC, document);
            case "message_start" -> {
                JsonNode message = ForeignJson.at(document, "message");
                yield of(AnswerShape.ANTHROPIC, Role.START, message, usage(message));
            }
            case "message_delta" ->
                    new AnswerPart(
                            AnswerShape.ANTHROPIC,
                            Role.PART,
                            MissingNode.getInstance(),
                            usage(document),
                            usage(document) != null);
            case "message_stop" -> event(AnswerShape.ANTHROPIC, Role.END);
            case "ping", "content_block_start", "content_block_delta", "content_block_stop" ->
                    event(AnswerShape.ANTHROPIC, Role.PART);
            case "error" -> event(AnswerShape.OPENAI, Role.NO_CALL);
            case "session.created", "session.updated" ->
                    of(AnswerShape.OPENAI, Role.SESSION, ForeignJson.at(document, "session"), null);
            case "image_generation.completed", "image_edit.completed" ->
                    of(AnswerShape.OPENAI_IMAGES, Role.END, document, usage(document));
            case "image_generation.partial_image", "image_edit.partial_image" ->
                    event(AnswerShape.OPENAI_IMAGES, Role.PART);
            case "transcript.text.done" ->
                    of(AnswerShape.OPENAI, Role.END, document, usage(document));
            case "transcript.text.delta", "transcript.text.segment" ->
                    event(AnswerShape.OPENAI, Role.PART);
            case "message-start" -> of(AnswerShape.COHERE, Role.START, document, null);
            case "message-end" ->
                    of(
                            AnswerShape.COHERE,
                            Role.END,
                            document,
                            usage(ForeignJson.at(document, "delta")));
            case "content-start",
                    "content-delta",
                    "content-end",
                    "tool-plan-delta",
                    "tool-call-start",
                    "tool-call-delta",
                    "tool-call-end",
                    "citation-start",
                    "citation-end" ->
                    event(AnswerShape.COHERE, Role.PART);
            default -> type.startsWith("response.") ? ofResponseEvent(document, type) : null;
        };
    }

    /** OpenAI's Responses and Realtime: the last event has the whole answer in it. */
    private static AnswerPart ofResponseEvent(JsonNode document, String type) {
        JsonNode response = ForeignJson.at(document, "response");
        return switch (type) {
            case "response.created" -> of(AnswerShape.OPENAI, Role.START, response, null);
            case "response.completed",
                    "response.incomplete",
                    "response.failed",
                    "response.cancelled",
                    "response.done" ->
                    ended(response, Role.END);
            default -> of(AnswerShape.OPENAI, Role.PART, response, null);
        };
    }

    /** Gemini's Interactions, and Cohere's first version. */
    private static @Nullable AnswerPart ofEventType(JsonNode document, String event) {
        JsonNode interaction = ForeignJson.at(document, "interaction");
        JsonNode response = ForeignJson.at(document, "response");
        return switch (event) {
            case "interaction.start", "interaction.created" ->
                    of(AnswerShape.GOOGLE, Role.START, interaction, null);
            case "interaction.complete", "interaction.completed" ->
                    hasFailed(interaction)
                            ? of(AnswerShape.GOOGLE, Role.UNCOUNTED, interaction, null)
                            : of(AnswerShape.GOOGLE, Role.END, interaction, usage(interaction));
            case "stream-start" -> of(AnswerShape.COHERE, Role.START, document, null);
            case "stream-end" ->
                    of(AnswerShape.COHERE, Role.END, response, object(response, "meta"));
            case "text-generation" -> event(AnswerShape.COHERE, Role.PART);
            default ->
                    event.startsWith("content.")
                                    || event.startsWith("step.")
                                    || event.startsWith("interaction.")
                            ? event(AnswerShape.GOOGLE, Role.PART)
                            : null;
        };
    }

    private static @Nullable AnswerPart ofObject(JsonNode document, String object) {
        return switch (object) {
            case "chat.completion" -> whole(AnswerShape.OPENAI, document);
            case "chat.completion.chunk", "text_completion" -> ofChunk(document);
            case "response", "realtime.response" -> ended(document, Role.WHOLE);
            case "list" ->
                    usage(document) != null
                                    || "embedding"
                                            .equals(
                                                    ForeignJson.text(
                                                            first(document, "data"), "object"))
                            ? whole(AnswerShape.OPENAI, document)
                            : null;
            case "interaction" ->
                    UNFINISHED.contains(status(document)) || hasFailed(document)
                            ? of(AnswerShape.GOOGLE, Role.NO_CALL, document, null)
                            : whole(AnswerShape.GOOGLE, document);
            default -> null;
        };
    }

    /** The last chunk of a stream has no choices; Groq and Moonshot put the usage elsewhere. */
    private static AnswerPart ofChunk(JsonNode document) {
        JsonNode usage = usage(document);
        if (usage == null) {
            usage = usage(ForeignJson.at(document, "x_groq"));
        }
        JsonNode choices = ForeignJson.at(document, "choices");
        boolean finished = usage != null && choices.isEmpty();
        for (JsonNode choice : choices) {
            finished |= ForeignJson.text(choice, "finish_reason") != null;
            usage = usage == null ? usage(choice) : usage;
        }
        return new AnswerPart(AnswerShape.OPENAI, Role.PART, document, usage, finished);
    }

    private static @Nullable AnswerPart ofFields(JsonNode document) {
        if (hasAny(document, "usageMetadata", "candidates", "promptFeedback")) {
            return ofGemini(document);
        }
        AnswerPart bedrock = ofBedrock(document);
        if (bedrock != null) {
            return bedrock;
        }
        if ((ForeignJson.at(document, "done").isBoolean() && hasAny(document, "model"))
                || hasAny(document, "eval_count", "prompt_eval_count")) {
            return ofOllama(document);
        }
        JsonNode usage = usage(document);
        if (object(document, "meta", "billed_units") != null) {
            return of(AnswerShape.COHERE, Role.WHOLE, document, object(document, "meta"));
        }
        if (usage != null && hasAny(usage, "billed_units", "tokens")) {
            return whole(AnswerShape.COHERE, document);
        }
        if (usage != null) {
            boolean images =
                    ForeignJson.at(document, "data").isArray()
                            && hasAny(first(document, "data"), "b64_json", "url");
            return whole(images ? AnswerShape.OPENAI_IMAGES : AnswerShape.OPENAI, document);
        }
        if (ForeignJson.at(document, "choices").isArray()) {
            // Azure's first chunk names no object, and has only what its filter found.
            return hasAny(first(document, "choices"), "message")
                    ? whole(AnswerShape.OPENAI, document)
                    : ofChunk(document);
        }
        return hasAny(document, "error") ? event(AnswerShape.OPENAI, Role.NO_CALL) : null;
    }

    /** Whole answers and chunks of a stream look alike. */
    private static AnswerPart ofGemini(JsonNode document) {
        boolean finished =
                ForeignJson.text(document, "promptFeedback", "blockReason") != null
                        || ForeignJson.at(document, "serverContent", "turnComplete")
                                .asBoolean(false);
        for (JsonNode candidate : ForeignJson.at(document, "candidates")) {
            finished |= ForeignJson.text(candidate, "finishReason") != null;
        }
        return new AnswerPart(
                AnswerShape.GOOGLE,
                Role.PART,
                document,
                object(document, "usageMetadata"),
                finished);
    }

    /** Converse, its stream, and what Llama and Titan answer by InvokeModel. */
    private static @Nullable AnswerPart ofBedrock(JsonNode document) {
        JsonNode usage = usage(document);
        if (usage != null && hasAny(usage, "inputTokens", "outputTokens")) {
            return whole(AnswerShape.BEDROCK, document);
        }
        JsonNode streamed = object(document, "metadata", "usage");
        if (streamed != null && hasAny(streamed, "inputTokens", "outputTokens")) {
            return of(AnswerShape.BEDROCK, Role.END, MissingNode.getInstance(), streamed);
        }
        if (object(document, "messageStart") != null) {
            return event(AnswerShape.BEDROCK, Role.START);
        }
        if (hasAny(
                document,
                "contentBlockStart",
                "contentBlockDelta",
                "contentBlockStop",
                "messageStop")) {
            return event(AnswerShape.BEDROCK, Role.PART);
        }
        if (hasAny(document, "prompt_token_count", "generation_token_count")) {
            return new AnswerPart(
                    AnswerShape.BEDROCK,
                    Role.PART,
                    document,
                    picked(document, "prompt_token_count", "generation_token_count"),
                    ForeignJson.text(document, "stop_reason") != null);
        }
        if (hasAny(document, "inputTextTokenCount")) {
            ObjectNode titan = picked(document, "inputTextTokenCount", "totalOutputTextTokenCount");
            long output = 0;
            for (JsonNode result : ForeignJson.at(document, "results")) {
                output += Math.max(0, ForeignJson.count(result, "tokenCount"));
            }
            if (output > 0) {
                titan.put("totalOutputTextTokenCount", output);
            }
            return new AnswerPart(
                    AnswerShape.BEDROCK,
                    Role.PART,
                    document,
                    titan,
                    ForeignJson.text(document, "completionReason") != null);
        }
        return null;
    }

    /** A model that was only loaded has not run. */
    private static AnswerPart ofOllama(JsonNode document) {
        String reason = ForeignJson.text(document, "done_reason");
        boolean counted = hasAny(document, "eval_count", "prompt_eval_count");
        if (!counted && reason != null && NOTHING_RUN.contains(reason)) {
            return event(AnswerShape.OLLAMA, Role.NO_CALL);
        }
        boolean more =
                ForeignJson.at(document, "done").isBoolean()
                        && !ForeignJson.at(document, "done").booleanValue();
        return of(
                AnswerShape.OLLAMA,
                more ? Role.PART : Role.END,
                document,
                counted ? picked(document, "prompt_eval_count", "eval_count") : null);
    }

    /** An answer of Responses or Realtime; one that failed counts if it used something. */
    private static AnswerPart ended(JsonNode response, Role role) {
        if (hasFailed(response)) {
            return of(AnswerShape.OPENAI, Role.UNCOUNTED, response, null);
        }
        return UNFINISHED.contains(status(response))
                ? of(AnswerShape.OPENAI, Role.NO_CALL, response, null)
                : of(AnswerShape.OPENAI, role, response, usage(response));
    }

    private static boolean hasFailed(JsonNode response) {
        return FAILED.contains(status(response)) && usage(response) == null;
    }

    private static String status(JsonNode response) {
        String status = ForeignJson.text(response, "status");
        return status == null ? "" : status;
    }

    /** Transcriptions may be billed by time: no class of tokens has that. */
    private static boolean isOfSeconds(JsonNode usage) {
        return "duration".equals(ForeignJson.text(usage, "type"));
    }

    private static AnswerPart whole(AnswerShape shape, JsonNode document) {
        return of(shape, Role.WHOLE, document, usage(document));
    }

    /** An event that tells nothing but that the stream goes on, or ends. */
    private static AnswerPart event(AnswerShape shape, Role role) {
        return of(shape, role, MissingNode.getInstance(), null);
    }

    private static AnswerPart of(
            AnswerShape shape, Role role, JsonNode about, @Nullable JsonNode usage) {
        return new AnswerPart(shape, role, about, usage, role == Role.WHOLE || role == Role.END);
    }

    private static @Nullable JsonNode usage(JsonNode of) {
        return object(of, "usage");
    }

    private static @Nullable JsonNode object(JsonNode of, String... names) {
        JsonNode value = ForeignJson.at(of, names);
        return value.isObject() ? value : null;
    }

    private static JsonNode first(JsonNode of, String name) {
        JsonNode first = ForeignJson.at(of, name).get(0);
        return first == null ? MissingNode.getInstance() : first;
    }

    private static ObjectNode picked(JsonNode from, String... names) {
        ObjectNode picked = JsonNodeFactory.instance.objectNode();
        for (String name : names) {
            JsonNode value = ForeignJson.at(from, name);
            if (!value.isMissingNode()) {
                picked.set(name, value);
            }
        }
        return picked;
    }

    private static boolean hasAny(JsonNode of, String... names) {
        for (String name : names) {
            if (!ForeignJson.at(of, name).isMissingNode()) {
                return true;
            }
        }
        return false;
    }
}
