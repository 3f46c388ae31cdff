package tekton.budget.adapter.otlp;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls in a request of log records: {@code ExportLogsServiceRequest} of OTLP. Three events
 * tell of one: Claude Code's {@code claude_code.api_request}, Codex' {@code codex.sse_event} of a
 * completed response, and those of OpenTelemetry's conventions for a model's call. All other
 * records are counted as ignored.
 */
public final class OtlpLogs {

    private static final String CLAUDE_EVENT = "claude_code.api_request";
    private static final String CLAUDE_SHORT = "api_request";
    private static final String CLAUDE_SCOPE = "com.anthropic.claude_code";
    private static final String CODEX_EVENT = "codex.sse_event";
    private static final String CODEX_DONE = "response.completed";
    private static final String GEN_AI = "gen_ai.";

    private final OtlpMapping mapping;
    private final Attribution attribution;
    private final List<ForeignCall> calls = new ArrayList<>();
    private final OtlpRejections rejected = new OtlpRejections();
    private long ignored;

    private OtlpLogs(OtlpMapping mapping, Attribution attribution) {
        this.mapping = mapping;
        this.attribution = attribution;
    }

    /**
     * Reads a request.
     *
     * @param body at most what the caller allows; it is not copied
     * @param json whether it is OTLP's JSON and not protobuf
     * @throws ForeignFormatException if it is no such request at all
     */
    public static Adapted read(
            byte[] body, boolean json, OtlpMapping mapping, Attribution attribution)
            throws ForeignFormatException {
        OtlpLogs logs = new OtlpLogs(mapping, attribution);
        if (json) {
            JsonBody.read(
                    body,
                    OtlpSignal.LOGS,
                    logs.rejected,
                    (log, origin, position) ->
                            logs.take(JsonItems.logRecord(log, origin), position));
        } else {
            ProtobufBody.read(
                    body,
                    OtlpSignal.LOGS,
                    logs.rejected,
                    (log, origin, position) ->
                            logs.take(ProtobufItems.logRecord(log, origin), position));
        }
        return new Adapted(logs.calls, logs.ignored, logs.rejected.all());
    }

    private void take(OtlpItem log, int position) {
        ForeignCall call = call(log);
        if (call == null || call.tokens().isNone()) {
            ignored++;
        } else if (calls.size() == OtlpTraces.CALLS_MAX) {
            rejected.add(
                    position,
                    "logRecords: more than "
                            + OtlpTraces.CALLS_MAX
                            + " calls in one request: send fewer");
        } else {
            calls.add(call.position(position));
        }
    }

    private @Nullable ForeignCall call(OtlpItem log) {
        ForeignCall call = new ForeignCall();
        if (isNamed(log, CLAUDE_EVENT) || isShortClaude(log)) {
            return AgentUsage.readClaude(log, call)
                    ? described(call, log, "anthropic", log.attributes().text("request_id"), false)
                    : null;
        }
        if (isNamed(log, CODEX_EVENT)) {
            return CODEX_DONE.equals(log.attributes().text("event.kind"))
                            && AgentUsage.readCodex(log, call)
                    ? described(call, log, "openai", log.attributes().text("response.id"), false)
                    : null;
        }
        return eventName(log).startsWith(GEN_AI)
                        && InferenceMarks.isInference(log, mapping)
                        && UsageDialects.read(log, call)
                ? described(call, log, null, OtlpCalls.responseId(log), log.hasSpan())
                : null;
    }

    /**
     * @param ofSpan whether it repeats what the span says in which it was written, and so has the
     *     span's id. An agent's span may hold many calls
     */
    private ForeignCall described(
            ForeignCall call,
            OtlpItem log,
            @Nullable String provider,
            @Nullable String responseId,
            boolean ofSpan) {
        OtlpCalls.describe(call, log, mapping, attribution, provider);
        String recordId = OtlpCalls.answerRecordId(responseId);
        if (recordId == null) {
            recordId = ofSpan ? OtlpCalls.spanRecordId(log) : "otel:" + fingerprint(log);
        }
        return call.recordId(recordId)
                .requestId(responseId)
                .note("query_source", log.attributes().text("query_source"));
    }

    private static boolean isNamed(OtlpItem log, String event) {
        return eventName(log).equals(event) || log.body().equals(event);
    }

    /** Claude Code names its events with and without its own name before them. */
    private static boolean isShortClaude(OtlpItem log) {
        return log.origin().scope().startsWith(CLAUDE_SCOPE) && eventName(log).equals(CLAUDE_SHORT);
    }

    private static String eventName(OtlpItem log) {
        String name = log.name().isEmpty() ? log.attributes().text("event.name") : log.name();
        return name == null ? "" : name;
    }

    /** The same for the same record however often it is sent, and in whichever encoding. */
    private static String fingerprint(OtlpItem log) {
        return ForeignCall.sha256(
                String.join(
                        "\n",
                        log.origin().resource().fingerprint(),
                        log.origin().scope(),
                        log.traceId(),
                        log.spanId(),
                        eventName(log),
                        Long.toString(log.endNanos() > 0 ? log.endNanos() : log.startNanos()),
                        log.attributes().fingerprint()));
    }
}
