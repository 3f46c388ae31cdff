package tekton.budget.adapter.cloudevents;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.AnswerIds;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.adapter.ForeignTokens;
import tekton.budget.adapter.ModelMaker;
import tekton.budget.codec.Timestamps;
import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The events of one body as calls, as they come. One thread. */
final class EventCalls {

    private static final String VERSION = "1.0";

    private final EventMapping mapping;
    private final Attribution attribution;
    private final List<ForeignCall> calls = new ArrayList<>();
    private final List<Adapted.Rejection> rejected = new ArrayList<>();
    private long ignored;
    private int index;

    EventCalls(EventMapping mapping, Attribution attribution) {
        this.mapping = mapping;
        this.attribution = attribution;
    }

    Adapted adapted() {
        return new Adapted(calls, ignored, rejected);
    }

    /** Counts an event that is none, with what is wrong. */
    void reject(String problem) {
        rejected.add(new Adapted.Rejection(index, "event %d: %s".formatted(index, problem)));
        index++;
    }

    /**
     * Takes an event.
     *
     * @param attributes those that it has
     * @param data a missing node where it has none that can be read
     */
    void take(Map<String, String> attributes, JsonNode data) {
        String type = attributes.get("type");
        Map<EventField, EventPath> fields = type == null ? null : mapping.of(type);
        boolean own = CloudEventBodies.OWN_TYPE.equals(type);
        if (type != null && fields == null && !own) {
            ignored++;
            index++;
            return;
        }
        try {
            required(attributes, "type");
            String source = required(attributes, "source");
            String id = required(attributes, "id");
            if (!required(attributes, "specversion").equals(VERSION)) {
                throw wrong(
                        "specversion", attributes.get("specversion"), Shown.text(VERSION).json());
            }
            if (!(data instanceof ObjectNode object)) {
                throw new ForeignFormatException(
                        "data: %s (expected: a JSON object of at most %d bytes)"
                                .formatted(
                                        data.isMissingNode()
                                                ? "absent, unreadable or too large"
                                                : Shown.written(data.toString()),
                                        CloudEventBodies.DATA_BYTES_MAX));
            }
            MappedEvent mapped =
                    fields == null ? null : new MappedEvent(attributes, object, fields);
            ForeignCall call = mapped == null ? ownCall(attributes, object) : mapped.call();
            boolean reused = mapped != null && mapped.isNamedAfterReused(id);
            calls.add(
                    call.position(index)
                            .recordId(reused ? null : source + '|' + id)
                            .timestampMs(time(attributes.get("time")))
                            .complete(attribution));
            index++;
        } catch (ForeignFormatException e) {
            reject(String.valueOf(e.getMessage()));
        }
    }

    /** The record stands as it is; the event says what it lacks. */
    private static ForeignCall ownCall(Map<String, String> attributes, ObjectNode data) {
        return ForeignCall.ofRecord(data)
                .contextId(attributes.get("subject"))
                .component(attributes.get("source"));
    }

    /** An event of a mapped type. */
    private record MappedEvent(
            Map<String, String> attributes, ObjectNode data, Map<EventField, EventPath> fields) {

        ForeignCall call() throws ForeignFormatException {
            ForeignCall call =
                    new ForeignCall()
                            .contextId(text(EventField.CONTEXT_ID))
                            .userId(text(EventField.USER_ID))
                            .budgetNamed(text(EventField.BUDGET_ID))
                            .component(text(EventField.COMPONENT))
                            .taskType(text(EventField.TASK_TYPE))
                            .operationId(text(EventField.OPERATION_ID))
                            .requestId(text(EventField.REQUEST_ID))
                            .model(text(EventField.MODEL))
                            .note("cost", text(EventField.COST));
            provider(call);
            if (fields.containsKey(EventField.TOKENS)) {
                oneDirection(call);
            } else {
                bothDirections(call);
            }
            return call;
        }

        /** Whether its id is that of the answer, which others have too: LiteLLM's callback. */
        boolean isNamedAfterReused(String id) {
            return id.equals(text(EventField.REQUEST_ID)) && AnswerIds.isReused(id);
        }

        private void provider(ForeignCall call) {
            String named = text(EventField.PROVIDER);
            String model = text(EventField.MODEL);
            if (named != null || model == null) {
                call.provider(named == null ? "unknown" : named);
                return;
            }
            String maker = ModelMaker.of(model);
            if (maker != null) {
                call.note("provider_inferred");
            }
            call.provider(maker == null ? "unknown" : maker);
        }

        private void oneDirection(ForeignCall call) throws ForeignFormatException {
            Long tokens = count(EventField.TOKENS);
            if (tokens == null) {
                throw wrong(path(EventField.TOKENS), null, "a whole number from 0");
            }
            String direction = text(EventField.DIRECTION);
            switch (direction == null ? "" : direction.toLowerCase(Locale.ROOT)) {
                case "output" -> call.tokens().output(tokens);
                case "input", "system" -> call.tokens().input(tokens);
                default -> {
                    call.tokens().input(tokens);
                    call.note("direction_assumed", "input");
                    call.note("direction_raw", direction);
                }
            }
        }

        private void bothDirections(ForeignCall call) throws ForeignFormatException {
            Long input = count(EventField.INPUT_TOKENS);
            Long output = count(EventField.OUTPUT_TOKENS);
            ForeignTokens tokens =
                    call.tokens()
                            .input(orZero(input))
                            .output(orZero(output))
                            .total(count(EventField.TOTAL_TOKENS))
                            .cacheRead(orZero(count(EventField.CACHED_INPUT_TOKENS)))
                            .cacheWrite(orZero(count(EventField.CACHE_WRITE_TOKENS)))
                            .reasoning(orZero(count(EventField.REASONING_TOKENS)));
            if (tokens.isNone() && (input == null || output == null)) {
                call.usageMissing();
            }
        }

        private @Nullable String text(EventField field) {
            EventPath path = fields.get(field);
            return path == null ? null : path.text(attributes, data);
        }

        private String path(EventField field) {
            EventPath path = fields.get(field);
            return path == null ? field.wireName() : path.text();
        }

        /** Null where none is. */
        private @Nullable Long count(EventField field) throws ForeignFormatException {
            String text = text(field);
            if (text == null || text.isBlank()) {
                return null;
            }
            Long count = ForeignJson.count(text);
            if (count == null || count < 0) {
                throw wrong(path(field), text, "a whole number from 0");
            }
            return count;
        }
    }

    private static long orZero(@Nullable Long count) {
        return count == null ? 0 : count;
    }

    private static @Nullable Long time(@Nullable String text) throws ForeignFormatException {
        Long time = text == null ? null : Timestamps.parseMs(text);
        if (text != null && time == null) {
            throw wrong("time", text, Timestamps.EXPECTED);
        }
        return time;
    }

    private static String required(Map<String, String> attributes, String name)
            throws ForeignFormatException {
        String text = attributes.get(name);
        if (text == null || text.isEmpty()) {
            throw wrong(name, null, "text that is not empty");
        }
        return text;
    }

    private static ForeignFormatException wrong(
            String field, @Nullable String value, String expected) {
        return new ForeignFormatException(
                "%s: %s (expected: %s)"
                        .formatted(
                                field,
                                value == null ? "missing" : Shown.parameter(value),
                                expected));
    }
}
