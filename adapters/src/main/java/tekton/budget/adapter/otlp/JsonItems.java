package tekton.budget.adapter.otlp;

import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

import java.util.Locale;

/**
 * Spans, log records and metrics of OTLP's JSON. A value of another type than expected is absent.
 */
final class JsonItems {

    private static final int LONG_LENGTH_MAX = 20;

    private JsonItems() {}

    static OtlpItem span(JsonNode span, OtlpOrigin origin) {
        return new OtlpItem(
                origin,
                id(span, "traceId"),
                id(span, "spanId"),
                id(span, "parentSpanId"),
                text(span, "name"),
                "",
                ForeignJson.count(span, "kind") == OtlpItem.KIND_CLIENT,
                nanos(span, "startTimeUnixNano"),
                nanos(span, "endTimeUnixNano"),
                text(span, "traceState", OtlpItem.TRACE_STATE_MAX),
                attributes(span));
    }

    static OtlpItem logRecord(JsonNode log, OtlpOrigin origin) {
        return new OtlpItem(
                origin,
                id(log, "traceId"),
                id(log, "spanId"),
                "",
                text(log, "eventName"),
                text(ForeignJson.at(log, "body"), "stringValue", OtlpAttributes.TEXT_BYTES_MAX),
                false,
                nanos(log, "observedTimeUnixNano"),
                nanos(log, "timeUnixNano"),
                "",
                attributes(log));
    }

    /** How many data points a metric has, of whichever kind. */
    static long dataPoints(JsonNode metric) {
        long points = 0;
        for (JsonNode data : metric) {
            points += ForeignJson.at(data, "dataPoints").size();
        }
        return points;
    }

    static OtlpAttributes attributes(JsonNode of) {
        OtlpAttributes attributes = new OtlpAttributes();
        for (JsonNode attribute : ForeignJson.at(of, "attributes")) {
            Object value = value(ForeignJson.at(attribute, "value"));
            if (!value.equals("")) {
                attributes.put(text(attribute, "key"), value);
            }
        }
        return attributes;
    }

    /** A text that is short enough, a number or a truth value; empty for anything else. */
    private static Object value(JsonNode value) {
        if (value.has("stringValue")) {
            return text(value, "stringValue", OtlpAttributes.TEXT_BYTES_MAX);
        }
        if (value.has("intValue")) {
            Object whole = whole(value, "intValue");
            Long written = whole.equals("") ? ForeignJson.countOrNull(value, "intValue") : null;
            return written == null ? whole : written;
        }
        JsonNode number = ForeignJson.at(value, "doubleValue");
        if (number.isNumber()) {
            // Beyond a double's range is no value of OTLP's either.
            return number.asDouble(Double.NaN);
        }
        JsonNode truth = ForeignJson.at(value, "boolValue");
        return truth.isBoolean() ? truth.booleanValue() : "";
    }

    private static String text(JsonNode from, String name) {
        JsonNode text = ForeignJson.at(from, name);
        return text.isString() ? text.stringValue() : "";
    }

    /** The same, and empty for more characters. */
    private static String text(JsonNode from, String name, int lengthMax) {
        String text = text(from, name);
        return text.length() > lengthMax ? "" : text;
    }

    private static String id(JsonNode from, String name) {
        return text(from, name).toLowerCase(Locale.ROOT);
    }

    private static long nanos(JsonNode from, String name) {
        return whole(from, name) instanceof Long nanos ? nanos : 0;
    }

    /** A long, exact to its last digit, also one in a text; empty for anything else. */
    private static Object whole(JsonNode from, String name) {
        JsonNode number = ForeignJson.at(from, name);
        String text = number.isString() ? number.stringValue() : number.toString();
        try {
            return text.length() > LONG_LENGTH_MAX ? "" : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return "";
        }
    }
}
