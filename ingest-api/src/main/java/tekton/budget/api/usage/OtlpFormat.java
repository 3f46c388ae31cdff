package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.otlp.OtlpAnswers;
import tekton.budget.adapter.otlp.OtlpLogs;
import tekton.budget.adapter.otlp.OtlpMapping;
import tekton.budget.adapter.otlp.OtlpMetrics;
import tekton.budget.adapter.otlp.OtlpSignal;
import tekton.budget.adapter.otlp.OtlpTraces;
import tekton.budget.adapter.otlp.SpanMemory;
import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.Problem;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * {@code POST /v1/traces}, {@code /v1/logs} and {@code /v1/metrics}: OpenTelemetry's protocol over
 * HTTP (OTLP 1.11, "OTLP/HTTP"). An exporter sends again only what is answered with 429, 502, 503
 * or 504, so whatever may pass is one of these; all else it drops for good.
 */
final class OtlpFormat implements ForeignFormat {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final Set<String> MEDIA = Set.of(Bodies.JSON, PROTOBUF);

    /** The codes of google.rpc.Code that clients tell apart. */
    private static final int INVALID_ARGUMENT = 3;

    private static final int UNAVAILABLE = 14;

    private final OtlpSignal signal;
    private final OtlpMapping mapping;
    private final SpanMemory memory;

    /**
     * One of the three.
     *
     * @param memory of the spans that counted lately; shared by all ways to traces
     */
    OtlpFormat(OtlpSignal signal, OtlpMapping mapping, SpanMemory memory) {
        this.signal = signal;
        this.mapping = mapping;
        this.memory = memory;
    }

    @Override
    public Way way() {
        return Way.OTLP;
    }

    @Override
    public void checkMedia(HttpServletRequest request) {
        Bodies.mediaType(request, MEDIA);
    }

    @Override
    public Adapted read(ForeignRequest request) throws ForeignFormatException {
        boolean json = isJson(request.http());
        return switch (signal) {
            case TRACES ->
                    OtlpTraces.read(
                            request.body(),
                            json,
                            mapping,
                            request.attribution(),
                            memory,
                            request.nowMs());
            case LOGS -> OtlpLogs.read(request.body(), json, mapping, request.attribution());
            case METRICS -> OtlpMetrics.read(request.body(), json);
        };
    }

    @Override
    public void answer(
            HttpServletRequest request, HttpServletResponse response, ForeignOutcome outcome)
            throws IOException {
        Problem refusal = outcome.firstRefusal();
        write(
                request,
                response,
                HttpServletResponse.SC_OK,
                OtlpAnswers.success(
                        isJson(request),
                        signal,
                        outcome.refused(),
                        refusal == null ? null : refusal.detail()));
    }

    @Override
    public void refuse(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        int status =
                switch (problem.type()) {
                    case INVALID_REQUEST, INVALID_VALUE -> HttpServletResponse.SC_BAD_REQUEST;
                    case REQUEST_TIMEOUT, INTERNAL_ERROR ->
                            HttpServletResponse.SC_SERVICE_UNAVAILABLE;
                    default -> problem.type().status();
                };
        boolean again = status == 429 || status == HttpServletResponse.SC_SERVICE_UNAVAILABLE;
        if (again) {
            response.setHeader(
                    "Retry-After", String.valueOf(Math.max(1, problem.retryAfterSeconds())));
        }
        write(
                request,
                response,
                status,
                OtlpAnswers.status(
                        isJson(request), again ? UNAVAILABLE : INVALID_ARGUMENT, problem.detail()));
    }

    private static void write(
            HttpServletRequest request, HttpServletResponse response, int status, byte[] body)
            throws IOException {
        response.setStatus(status);
        response.setContentType(isJson(request) ? Bodies.JSON : PROTOBUF);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static boolean isJson(HttpServletRequest request) {
        String type = request.getContentType();
        return type == null || !type.strip().toLowerCase(Locale.ROOT).startsWith(PROTOBUF);
    }
}
