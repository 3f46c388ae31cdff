package tekton.budget.adapter.otlp;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.value.Shown;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls in a request of spans: {@code ExportTraceServiceRequest} of OTLP. All other spans are
 * counted as ignored: agents, tools, what has nothing to do with models, and those that repeat a
 * call.
 */
public final class OtlpTraces {

    /** The most spans of inference that one request may have; those beyond are rejected. */
    public static final int CALLS_MAX = 10_000;

    private final OtlpMapping mapping;
    private final TraceCalls calls = new TraceCalls();
    private final OtlpRejections rejected = new OtlpRejections();
    private long seen;
    private int inferences;
    private int refused;

    private OtlpTraces(OtlpMapping mapping) {
        this.mapping = mapping;
    }

    /**
     * Reads a request. Threads may share the memory.
     *
     * @param body at most what the caller allows; it is not copied
     * @param json whether it is OTLP's JSON and not protobuf
     * @param memory of the spans that counted lately
     * @param nowMs the time, epoch milliseconds
     * @throws ForeignFormatException if it is no such request at all
     */
    public static Adapted read(
            byte[] body,
            boolean json,
            OtlpMapping mapping,
            Attribution attribution,
            SpanMemory memory,
            long nowMs)
            throws ForeignFormatException {
        OtlpTraces traces = new OtlpTraces(mapping);
        if (json) {
            JsonBody.read(
                    body,
                    OtlpSignal.TRACES,
                    traces.rejected,
                    (span, origin, position) ->
                            traces.take(JsonItems.span(span, origin), position));
        } else {
            ProtobufBody.read(
                    body,
                    OtlpSignal.TRACES,
                    traces.rejected,
                    (span, origin, position) ->
                            traces.take(ProtobufItems.span(span, origin), position));
        }
        List<ForeignCall> counted = new ArrayList<>();
        for (InferenceSpan candidate : traces.calls.counted(memory, nowMs)) {
            counted.add(traces.call(candidate, attribution));
        }
        return new Adapted(
                counted, traces.seen - counted.size() - traces.refused, traces.rejected.all());
    }

    private void take(OtlpItem span, int position) {
        seen++;
        ForeignCall call = new ForeignCall().position(position);
        String responseId = OtlpCalls.responseId(span);
        if (!InferenceMarks.isInference(span, mapping)
                || !UsageDialects.read(span, call)
                || OtlpCalls.isCacheHit(responseId)) {
            if (span.attributes().isCut()) {
                refuse(
                        position,
                        "spans: the one named %s: more than %d attributes: no call was found in the first"
                                .formatted(Shown.text(span.name()), OtlpAttributes.COUNT_MAX));
            }
            return;
        }
        if (!span.hasSpan()) {
            refuse(
                    position,
                    "spans: the one named %s: traceId %s, spanId %s: expected 16 and 8 bytes, not all zero"
                            .formatted(
                                    Shown.text(span.name()),
                                    Shown.text(span.traceId()),
                                    Shown.text(span.spanId())));
        } else if (inferences == CALLS_MAX) {
            refuse(
                    position,
                    "spans: more than " + CALLS_MAX + " of inference in one request: send fewer");
        } else {
            inferences++;
            calls.add(InferenceSpan.of(span, call, responseId));
        }
    }

    private void refuse(int position, String sentence) {
        refused++;
        rejected.add(position, sentence);
    }

    private ForeignCall call(InferenceSpan candidate, Attribution attribution) {
        OtlpItem span = candidate.span();
        ForeignCall call = candidate.call();
        String responseId = candidate.responseId();
        boolean claude = span.name().equals(InferenceMarks.CLAUDE_SPAN);
        OtlpCalls.describe(call, span, mapping, attribution, claude ? "anthropic" : null);
        String ofAnswer = OtlpCalls.answerRecordId(responseId);
        return call.requestId(responseId)
                .recordId(ofAnswer == null ? OtlpCalls.spanRecordId(span) : ofAnswer);
    }
}
