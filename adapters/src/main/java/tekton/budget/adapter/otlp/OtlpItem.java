package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

/**
 * A span or a log record, as far as usage can stand in it. Texts that are not there are empty, ids
 * are lower-case hex, times are epoch nanoseconds and 0 where none is.
 *
 * @param traceId of the trace, also of a log record's
 * @param spanId its own, or the span in which a log record was written
 * @param parentSpanId of a span
 * @param name the span's, or the event's
 * @param body the text of a log record, if it is a short one
 * @param client true for a span of kind CLIENT
 * @param traceState of a span, as W3C's trace context writes it
 */
record OtlpItem(
        OtlpOrigin origin,
        String traceId,
        String spanId,
        String parentSpanId,
        String name,
        String body,
        boolean client,
        long startNanos,
        long endNanos,
        String traceState,
        OtlpAttributes attributes) {

    private static final int TRACE_ID_LENGTH = 32;
    static final int SPAN_ID_LENGTH = 16;

    /** W3C's trace context lets senders cut longer ones. */
    static final int TRACE_STATE_MAX = 512;

    /** The kind CLIENT in numbers: {@code SPAN_KIND_CLIENT} of opentelemetry-proto. */
    static final long KIND_CLIENT = 3;

    boolean hasTrace() {
        return isId(traceId, TRACE_ID_LENGTH);
    }

    boolean hasSpan() {
        return hasTrace() && isId(spanId, SPAN_ID_LENGTH);
    }

    /** Its end, else its start; epoch milliseconds, and 0 where neither is. */
    long timeMs() {
        return (endNanos > 0 ? endNanos : Math.max(0, startNanos)) / 1_000_000;
    }

    /** The first of these that it says itself, or of those of its service. */
    @Nullable String says(Iterable<String> names) {
        for (String name : names) {
            String text = attributes.text(name);
            if (text == null) {
                text = origin.resource().text(name);
            }
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    /** Whether it is hex of that length in lower case, and not all zero. */
    static boolean isId(String id, int length) {
        if (id.length() != length) {
            return false;
        }
        boolean zero = true;
        for (int i = 0; i < length; i++) {
            char c = id.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
            zero &= c == '0';
        }
        return !zero;
    }
}
