package tekton.budget.adapter.otlp;

/**
 * Where spans or log records come from.
 *
 * @param resource the service that sent them
 * @param scope the instrumentation that made them; empty if it does not say
 */
record OtlpOrigin(OtlpAttributes resource, String scope) {}
