package tekton.budget.adapter.otlp;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignFormatException;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * A request of metrics: {@code ExportMetricsServiceRequest} of OTLP. Nothing of it counts. A data
 * point names no call, so it cannot be told from the span or the event that said the same, and the
 * conventions' histograms are not meant for totals (semantic-conventions-genai, {@code
 * gen-ai-token-metrics.md}).
 */
public final class OtlpMetrics {

    private OtlpMetrics() {}

    /**
     * Counts the data points, all of them as ignored.
     *
     * @param json whether it is OTLP's JSON and not protobuf
     * @throws ForeignFormatException if it is no such request at all
     */
    public static Adapted read(byte[] body, boolean json) throws ForeignFormatException {
        LongAdder points = new LongAdder();
        OtlpRejections rejected = new OtlpRejections();
        if (json) {
            JsonBody.read(
                    body,
                    OtlpSignal.METRICS,
                    rejected,
                    (metric, origin, position) -> points.add(JsonItems.dataPoints(metric)));
        } else {
            ProtobufBody.read(
                    body,
                    OtlpSignal.METRICS,
                    rejected,
                    (metric, origin, position) -> points.add(ProtobufItems.dataPoints(metric)));
        }
        return new Adapted(List.of(), points.sum(), rejected.all());
    }
}
