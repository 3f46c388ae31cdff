package tekton.budget.adapter.otlp;

/**
 * The kinds of request in OTLP, and the names of their fields. Protobuf numbers the fields of all
 * three alike. The names are those of opentelemetry-proto's JSON.
 */
public enum OtlpSignal {
    TRACES("resourceSpans", "scopeSpans", "spans", "rejectedSpans"),
    LOGS("resourceLogs", "scopeLogs", "logRecords", "rejectedLogRecords"),
    METRICS("resourceMetrics", "scopeMetrics", "metrics", "rejectedDataPoints");

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

    /** The field of a partial success that counts what was not taken. */
    String rejected() {
        return rejected;
    }
}
