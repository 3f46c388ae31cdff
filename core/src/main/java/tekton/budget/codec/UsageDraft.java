package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.event.UsageReported;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Shown;
import tekton.budget.value.Tier;
import tekton.budget.value.UsageBounds;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** One usage record while it is read: fields as they come, then the rules between them. */
final class UsageDraft implements UsageFields {

    static final int SCHEMA = 1;

    private final @Nullable ClientGaps gaps;
    private final Map<UsageField, String> texts = new EnumMap<>(UsageField.class);
    private final Map<UsageField, FieldProblem> problems = new EnumMap<>(UsageField.class);
    private final TokenDraft tokens = new TokenDraft(problems);
    private @Nullable Tier tier;
    private ServiceTier serviceTier = ServiceTier.STANDARD;
    private @Nullable Long timestampMs;
    private @Nullable Long receivedAtMs;

    UsageDraft(@Nullable ClientGaps gaps) {
        this.gaps = gaps;
    }

    /** Takes the parser's current value as that field and leaves the parser at the value's end. */
    void read(UsageField field, JsonParser parser) {
        problems.remove(field);
        switch (field) {
            case SCHEMA -> readSchema(parser);
            case RECORD_ID,
                    CONTEXT_ID,
                    ALLOCATION_ID,
                    OPERATION_ID,
                    REQUEST_ID,
                    USER_ID,
                    COMPONENT,
                    PROVIDER,
                    TASK_TYPE,
                    BUDGET_ID,
                    MODEL ->
                    readText(field, parser, lengthMax(field));
            case TIER -> readTier(parser);
            case INPUT_TOKENS,
                    OUTPUT_TOKENS,
                    CACHED_INPUT_TOKENS,
                    CACHE_WRITE_TOKENS,
                    CACHE_WRITE_1H_TOKENS,
                    REASONING_TOKENS,
                    AUDIO_INPUT_TOKENS,
                    AUDIO_OUTPUT_TOKENS,
                    IMAGE_INPUT_TOKENS,
                    IMAGE_OUTPUT_TOKENS ->
                    tokens.read(field, parser);
            case TOKEN_STYLE -> readTokenStyle(parser);
            case SERVICE_TIER -> readServiceTier(parser);
            case TIMESTAMP -> timestampMs = readTime(field, parser);
            case RECEIVED_AT -> {
                if (fromTopic()) {
                    receivedAtMs = readTime(field, parser);
                } else {
                    parser.skipChildren();
                }
            }
            case PRICING_VERSION -> {
                if (fromTopic()) {
                    readText(field, parser, 4 * UsageBounds.ID_LENGTH_MAX);
                } else {
                    parser.skipChildren();
                }
            }
            case METADATA -> readMetadata(parser);
        }
    }

    /** A field of text, as a client sends it that knows it already. */
    @Override
    public void text(String name, @Nullable String text) {
        if (text != null) {
            take(UsageField.named(name), text, lengthMax(UsageField.named(name)));
        }
    }

    @Override
    public void tokens(String name, long count) {
        tokens.take(UsageField.named(name), count);
    }

    @Override
    public void serviceTier(ServiceTier sent) {
        serviceTier = sent;
    }

    @Override
    public void timestampMs(long epochMs) {
        timestampMs = epochMs;
    }

    @Override
    public void metadata(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try (JsonParser parser = ClientJson.parser(bytes, 0, bytes.length)) {
            parser.nextToken();
            readMetadata(parser);
        }
    }

    private static int lengthMax(UsageField field) {
        return switch (field) {
            case COMPONENT, PROVIDER, TASK_TYPE, BUDGET_ID -> UsageBounds.NAME_LENGTH_MAX;
            case MODEL -> UsageBounds.MODEL_LENGTH_MAX;
            default -> UsageBounds.ID_LENGTH_MAX;
        };
    }

    /** The record, or everything that is wrong with it. */
    Parsed finish() {
        String component = required(UsageField.COMPONENT);
        String provider = required(UsageField.PROVIDER);
        String model = required(UsageField.MODEL);
        tokens.requireWholes();
        checkBudget();
        if (problems.isEmpty()) {
            tokens.checkParts();
        }
        String context = contextId();
        String record = recordId();
        if (!problems.isEmpty()) {
            return new Parsed.Refused(List.copyOf(problems.values()));
        }
        return new Parsed.Accepted(
                new UsageReported(
                        record,
                        context,
                        component,
                        provider,
                        model,
                        text(UsageField.TASK_TYPE),
                        tier,
                        text(UsageField.BUDGET_ID),
                        text(UsageField.ALLOCATION_ID),
                        tokens.counts(),
                        tokens.details(),
                        serviceTier,
                        timestampMs,
                        receivedAtMs,
                        text(UsageField.OPERATION_ID),
                        text(UsageField.REQUEST_ID),
                        text(UsageField.USER_ID),
                        text(UsageField.METADATA),
                        text(UsageField.PRICING_VERSION)));
    }

    private boolean fromTopic() {
        return gaps == null;
    }

    private @Nullable String text(UsageField field) {
        return texts.get(field);
    }

    private void refuse(UsageField field, ProblemKind kind, Shown value, String expected) {
        problems.put(field, FieldProblem.of(kind, field.wireName(), value, expected));
    }

    private void readSchema(JsonParser parser) {
        Long schema = JsonShape.wholeNumber(parser);
        if (schema == null || schema != SCHEMA) {
            refuse(
                    UsageField.SCHEMA,
                    ProblemKind.RULE,
                    JsonShape.shown(parser),
                    String.valueOf(SCHEMA));
        }
    }

    /** Empty and null are absent: many clients write every field they know. */
    private void readText(UsageField field, JsonParser parser, int lengthMax) {
        texts.remove(field);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            refuse(
                    field,
                    ProblemKind.SHAPE,
                    JsonShape.shown(parser),
                    TextRules.expected(lengthMax));
            return;
        }
        take(field, parser.getString(), lengthMax);
    }

    private void take(UsageField field, String text, int lengthMax) {
        FieldProblem problem = TextRules.problem(field.wireName(), text, lengthMax);
        if (problem != null) {
            problems.put(field, problem);
        } else if (!text.isEmpty()) {
            texts.put(field, text);
        }
    }

    private void readTier(JsonParser parser) {
        tier = null;
        readText(UsageField.TIER, parser, UsageBounds.NAME_LENGTH_MAX);
        String name = text(UsageField.TIER);
        if (name != null) {
            tier = Tier.parse(name).orElse(null);
            if (tier == null) {
                refuse(
                        UsageField.TIER,
                        ProblemKind.RULE,
                        Shown.text(name),
                        "local_lightweight, local_midweight or remote_heavyweight");
            }
        }
    }

    private void readServiceTier(JsonParser parser) {
        serviceTier = ServiceTier.STANDARD;
        readText(UsageField.SERVICE_TIER, parser, UsageBounds.NAME_LENGTH_MAX);
        String name = text(UsageField.SERVICE_TIER);
        if (name != null) {
            ServiceTier.parse(name)
                    .ifPresentOrElse(
                            parsed -> serviceTier = parsed,
                            () ->
                                    refuse(
                                            UsageField.SERVICE_TIER,
                                            ProblemKind.RULE,
                                            Shown.text(name),
                                            "standard, batch, flex or priority"));
        }
    }

    private void readTokenStyle(JsonParser parser) {
        tokens.exclusive(false);
        readText(UsageField.TOKEN_STYLE, parser, UsageBounds.NAME_LENGTH_MAX);
        String style = text(UsageField.TOKEN_STYLE);
        if (style == null) {
            return;
        }
        switch (style.toLowerCase(Locale.ROOT)) {
            case "inclusive" -> {}
            case "exclusive" -> tokens.exclusive(true);
            default ->
                    refuse(
                            UsageField.TOKEN_STYLE,
                            ProblemKind.RULE,
                            Shown.text(style),
                            "inclusive or exclusive");
        }
    }

    private @Nullable Long readTime(UsageField field, JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        Long ms =
                parser.currentToken() == JsonToken.VALUE_STRING
                        ? Timestamps.parseMs(parser.getString())
                        : null;
        if (ms == null) {
            refuse(field, ProblemKind.SHAPE, JsonShape.shown(parser), Timestamps.EXPECTED);
        }
        return ms;
    }

    private void readMetadata(JsonParser parser) {
        texts.remove(UsageField.METADATA);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            refuse(
                    UsageField.METADATA,
                    ProblemKind.SHAPE,
                    JsonShape.shown(parser),
                    "a JSON object");
            return;
        }
        var copy = new MetadataCopy(parser);
        FieldProblem problem = copy.problem(UsageField.METADATA.wireName());
        if (problem != null) {
            problems.put(UsageField.METADATA, problem);
        } else {
            texts.put(UsageField.METADATA, copy.text());
        }
    }

    private String required(UsageField field) {
        String text = text(field);
        if (text == null) {
            problems.computeIfAbsent(
                    field, f -> FieldProblem.missing(f.wireName(), "text that is not empty"));
        }
        return Objects.requireNonNullElse(text, "");
    }

    private String contextId() {
        String allocation = text(UsageField.ALLOCATION_ID);
        if (gaps != null
                && allocation != null
                && text(UsageField.CONTEXT_ID) == null
                && problems.isEmpty()) {
            String context = gaps.contextId(allocation);
            if (context != null) {
                return context;
            }
        }
        return required(UsageField.CONTEXT_ID);
    }

    private String recordId() {
        String sent = text(UsageField.RECORD_ID);
        if (sent != null) {
            return sent;
        }
        if (gaps != null) {
            return gaps.recordId(text(UsageField.REQUEST_ID));
        }
        return required(UsageField.RECORD_ID);
    }

    private void checkBudget() {
        String budget = text(UsageField.BUDGET_ID);
        if (budget != null && budget.indexOf('.') >= 0) {
            refuse(
                    UsageField.BUDGET_ID,
                    ProblemKind.RULE,
                    Shown.text(budget),
                    "an id without a dot");
        }
        String allocation = text(UsageField.ALLOCATION_ID);
        if (allocation == null) {
            return;
        }
        int dot = allocation.indexOf('.');
        if (dot <= 0 || dot > UsageBounds.NAME_LENGTH_MAX || dot == allocation.length() - 1) {
            refuse(
                    UsageField.ALLOCATION_ID,
                    ProblemKind.RULE,
                    Shown.text(allocation),
                    "a budget id, a dot and an id");
        } else if (budget != null && !budget.equals(allocation.substring(0, dot))) {
            refuse(
                    UsageField.BUDGET_ID,
                    ProblemKind.RULE,
                    Shown.text(budget),
                    "the allocation's budget " + Shown.text(allocation.substring(0, dot)));
        }
    }
}
