package tekton.budget.bench.load;

/** How records travel over REST. */
public enum RequestForm {
    /** One record per request. */
    SINGLE("/api/usage/record", "application/json"),
    /** A JSON array per request. */
    ARRAY("/api/usage/batch", "application/json"),
    /** One record per line. */
    NDJSON("/api/usage/batch", "application/x-ndjson"),
    /** OpenTelemetry's spans in protobuf. */
    OTLP("/v1/traces", "application/x-protobuf");

    private final String path;
    private final String contentType;

    RequestForm(String path, String contentType) {
        this.path = path;
        this.contentType = contentType;
    }

    /** Where it is posted. */
    public String path() {
        return path;
    }

    /** As what. */
    public String contentType() {
        return contentType;
    }
}
