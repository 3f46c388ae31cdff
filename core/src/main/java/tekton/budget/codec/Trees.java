package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Shown;
import tekton.budget.value.Tier;
import tekton.budget.value.WholeNumber;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.math.BigDecimal;

/**
 * Reads values that only this project writes, off the hot path. What does not fit is an {@link
 * IllegalArgumentException} that names the field.
 */
final class Trees {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private Trees() {}

    static JsonNode read(byte[] bytes) {
        try {
            return MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    static void requireSchema(JsonNode json, int schema) {
        if (number(json, "schema") != schema) {
            throw malformed("schema", json);
        }
    }

    static String text(JsonNode json, String name) {
        String text = textOrNull(json, name);
        if (text == null) {
            throw malformed(name, json);
        }
        return text;
    }

    static @Nullable String textOrNull(JsonNode json, String name) {
        JsonNode value = json.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw malformed(name, json);
        }
        return value.asString();
    }

    static long number(JsonNode json, String name) {
        JsonNode value = json.get(name);
        if (value != null && value.isIntegralNumber() && value.canConvertToLong()) {
            return value.asLong();
        }
        Long whole =
                value == null || !value.isBigDecimal()
                        ? null
                        : WholeNumber.parse(value.decimalValue().toString());
        if (whole == null || whole == Long.MAX_VALUE || whole == Long.MIN_VALUE) {
            throw malformed(name, json);
        }
        return whole;
    }

    static BigDecimal decimal(JsonNode json, String name) {
        JsonNode value = json.get(name);
        if (value == null || !value.isNumber()) {
            throw malformed(name, json);
        }
        return value.decimalValue();
    }

    static boolean flag(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value != null && value.isBoolean() && value.asBoolean();
    }

    static Tier tier(JsonNode json, String name) {
        return Tier.parse(text(json, name)).orElseThrow(() -> malformed(name, json));
    }

    static IllegalArgumentException malformed(String name, JsonNode json) {
        return new IllegalArgumentException(
                "%s: %s (in %s)"
                        .formatted(name, shown(json.get(name)), Shown.plain(json.toString())));
    }

    private static Shown shown(@Nullable JsonNode value) {
        if (value == null) {
            return Shown.described("missing");
        }
        return value.isString() ? Shown.text(value.stringValue()) : Shown.written(value.toString());
    }
}
