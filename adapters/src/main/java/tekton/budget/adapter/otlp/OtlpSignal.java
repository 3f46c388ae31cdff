package tekton.budget.adapter.otlp;

import tekton.budget.adapter.ForeignFormatException;

/**
 * The kinds of request in OTLP, and the names of their fields. Protobuf numbers the fields of all
 * three alike. The names are those of opentelemetry-proto's JSON.
 */
public enum OtlpSignal {
    TRACES("resourceSpans", "scopeSpans", "spans", "rejectedSpans"),
    LOGS("resourceLogs", "scopeLogs", "logRecords", "rejectedLogRecords"),
    METRICS("resourceMetrics", "scopeMetrics", "metrics", "rejectedDataPoints");

    /** Far more than fit into a body of honest size, and few enough to remember each. */
    private static final int PARTS_MAX = 1_000_000;

    private final String resources;
    private final String scopes;
    private final String items;
    private final String rejected;

    OtlpSignal(String resources, String scopes, String items, String rejected) {
        this.resources = resources;
        this.scopes = scopes;
        this.items = items;
        this.rejected = rejected;
    }

    String resources() {
        return resources;
    }

    String scopes() {
        return scopes;
    }

    String items() {
        return items;
    }

    /**
     * Bounds a body.
     *
     * @param parts how many resources, scopes and items of it were read so far
     * @throws ForeignFormatException if these are more than anybody sends
     */
    void checkParts(int parts) throws ForeignFormatException {
        if (parts > PARTS_MAX) {
            throw new ForeignFormatException(
                    "body: more than " + PARTS_MAX + " " + items + ", resources and scopes");
        }
    }

    /** The field of a partial success that counts what was not taken. */
    String rejected() {
        return rejected;
    }
}
