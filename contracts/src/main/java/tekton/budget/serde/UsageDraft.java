package tekton.budget.serde;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.UsageReported;
import tekton.budget.serde.FieldProblem.Kind;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.UsageBounds;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** One usage record while it is read: fields as they come, then the rules between them. */
final class UsageDraft {

    static final int SCHEMA = 1;

    private static final String TOKENS_EXPECTED = "an integer from 0 to " + UsageBounds.TOKENS_MAX;

    private final @Nullable ClientGaps gaps;
    private final Map<UsageField, String> texts = new EnumMap<>(UsageField.class);
    private final Map<UsageField, Long> tokens = new EnumMap<>(UsageField.class);
    private final Map<UsageField, FieldProblem> problems = new EnumMap<>(UsageField.class);
    private boolean exclusive;
    private boolean hasInput;
    private boolean hasOutput;
    private @Nullable Tier tier;
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
            case RECORD_ID, CONTEXT_ID, ALLOCATION_ID, OPERATION_ID, REQUEST_ID, USER_ID ->
                    readText(field, parser, UsageBounds.ID_LENGTH_MAX);
            case COMPONENT, PROVIDER, TASK_TYPE, BUDGET_ID ->
                    readText(field, parser, UsageBounds.NAME_LENGTH_MAX);
            case MODEL -> readText(field, parser, UsageBounds.MODEL_LENGTH_MAX);
            case TIER -> readTier(parser);
            case INPUT_TOKENS -> hasInput = readTokens(field, parser);
            case OUTPUT_TOKENS -> hasOutput = readTokens(field, parser);
            case CACHED_INPUT_TOKENS, CACHE_WRITE_TOKENS, REASONING_TOKENS ->
                    readTokens(field, parser);
            case TOKEN_STYLE -> readTokenStyle(parser);
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

    /** The record, or everything that is wrong with it. */
    Parsed finish() {
        String component = required(UsageField.COMPONENT);
        String provider = required(UsageField.PROVIDER);
        String model = required(UsageField.MODEL);
        requireTokens(UsageField.INPUT_TOKENS, hasInput);
        requireTokens(UsageField.OUTPUT_TOKENS, hasOutput);
        checkBudget();
        TokenCounts counts = problems.isEmpty() ? counts() : TokenCounts.ZERO;
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
                        counts,
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

    private long count(UsageField field) {
        return tokens.getOrDefault(field, 0L);
    }

    private void refuse(UsageField field, Kind kind, String value, String expected) {
        problems.put(field, FieldProblem.of(kind, field.wireName(), value, expected));
    }

    private void readSchema(JsonParser parser) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getStringLength() > 9
                || parser.getIntValue() != SCHEMA) {
            refuse(UsageField.SCHEMA, Kind.RULE, valueOf(parser), String.valueOf(SCHEMA));
        }
    }

    /** Empty and null are absent: many clients write every field they know. */
    private void readText(UsageField field, JsonParser parser, int lengthMax) {
        texts.remove(field);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            refuse(field, Kind.SHAPE, valueOf(parser), TextRules.expected(lengthMax));
            return;
        }
        String text = parser.getString();
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
                        Kind.RULE,
                        name,
                        "local_lightweight, local_midweight or remote_heavyweight");
            }
        }
    }

    /** True when there is a value, be it right or wrong. */
    private boolean readTokens(UsageField field, JsonParser parser) {
        tokens.remove(field);
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return false;
        }
        if (token != JsonToken.VALUE_NUMBER_INT) {
            refuse(field, Kind.SHAPE, valueOf(parser), TOKENS_EXPECTED);
            return true;
        }
        // 18 digits always fit a long; a longer number is out of bounds whatever it says.
        long count = parser.getStringLength() <= 18 ? parser.getLongValue() : Long.MAX_VALUE;
        if (count < 0 || count > UsageBounds.TOKENS_MAX) {
            refuse(field, Kind.BOUND, valueOf(parser), TOKENS_EXPECTED);
        } else {
            tokens.put(field, count);
        }
        return true;
    }

    private void readTokenStyle(JsonParser parser) {
        exclusive = false;
        readText(UsageField.TOKEN_STYLE, parser, UsageBounds.NAME_LENGTH_MAX);
        String style = text(UsageField.TOKEN_STYLE);
        if (style == null) {
            return;
        }
        switch (style.toLowerCase(Locale.ROOT)) {
            case "inclusive" -> {}
            case "exclusive" -> exclusive = true;
            default -> refuse(UsageField.TOKEN_STYLE, Kind.RULE, style, "inclusive or exclusive");
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
            refuse(field, Kind.SHAPE, valueOf(parser), Timestamps.EXPECTED);
        }
        return ms;
    }

    private void readMetadata(JsonParser parser) {
        texts.remove(UsageField.METADATA);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            refuse(UsageField.METADATA, Kind.SHAPE, valueOf(parser), "a JSON object");
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

    private void requireTokens(UsageField field, boolean present) {
        if (!present) {
            problems.put(field, FieldProblem.missing(field.wireName(), TOKENS_EXPECTED));
        }
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
            refuse(UsageField.BUDGET_ID, Kind.RULE, budget, "an id without a dot");
        }
        String allocation = text(UsageField.ALLOCATION_ID);
        if (allocation == null) {
            return;
        }
        int dot = allocation.indexOf('.');
        if (dot <= 0 || dot > UsageBounds.NAME_LENGTH_MAX || dot == allocation.length() - 1) {
            refuse(UsageField.ALLOCATION_ID, Kind.RULE, allocation, "a budget id, a dot and an id");
        } else if (budget != null && !budget.equals(allocation.substring(0, dot))) {
            refuse(
                    UsageField.BUDGET_ID,
                    Kind.RULE,
                    budget,
                    "the allocation's budget " + allocation.substring(0, dot));
        }
    }

    private TokenCounts counts() {
        long input = count(UsageField.INPUT_TOKENS);
        long output = count(UsageField.OUTPUT_TOKENS);
        long cached = count(UsageField.CACHED_INPUT_TOKENS);
        long cacheWrite = count(UsageField.CACHE_WRITE_TOKENS);
        long reasoning = count(UsageField.REASONING_TOKENS);
        if (exclusive) {
            input += cached + cacheWrite;
            if (input > UsageBounds.TOKENS_MAX) {
                refuse(
                        UsageField.INPUT_TOKENS,
                        Kind.BOUND,
                        input + " with cached and cache write tokens",
                        TOKENS_EXPECTED);
                return TokenCounts.ZERO;
            }
        }
        var tooLarge = new ArrayList<UsageField>();
        if (cached > input) {
            tooLarge.add(UsageField.CACHED_INPUT_TOKENS);
        } else if (cached + cacheWrite > input) {
            tooLarge.add(UsageField.CACHE_WRITE_TOKENS);
        }
        if (reasoning > output) {
            tooLarge.add(UsageField.REASONING_TOKENS);
        }
        for (UsageField part : tooLarge) {
            boolean ofInput = part != UsageField.REASONING_TOKENS;
            refuse(
                    part,
                    Kind.RULE,
                    String.valueOf(count(part)),
                    ofInput
                            ? "with the other input parts at most input_tokens, " + input
                            : "at most output_tokens, " + output);
        }
        return tooLarge.isEmpty()
                ? new TokenCounts(input, output, cached, cacheWrite, reasoning)
                : TokenCounts.ZERO;
    }

    /** The current value for a message; leaves the parser at its end. */
    private static String valueOf(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            parser.skipChildren();
            return "a JSON " + JsonShape.of(token);
        }
        return parser.getString();
    }
}
