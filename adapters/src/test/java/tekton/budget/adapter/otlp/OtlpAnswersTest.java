package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** Answers as the generated classes of OTLP read them. */
class OtlpAnswersTest {

    @Test
    void shouldSayNothingWhenAllWasTaken() throws Exception {
        assertThat(OtlpAnswers.success(false, OtlpSignal.TRACES, 0, null)).isEmpty();
        assertThat(text(OtlpAnswers.success(true, OtlpSignal.TRACES, 0, null))).isEqualTo("{}");
        assertThat(ExportTraceServiceResponse.parseFrom(new byte[0]).hasPartialSuccess()).isFalse();
    }

    @Test
    void shouldCountWhatWasRejected() throws Exception {
        byte[] traces = OtlpAnswers.success(false, OtlpSignal.TRACES, 3, "schläft \"nicht\"");

        assertThat(ExportTraceServiceResponse.parseFrom(traces))
                .isEqualTo(
                        ExportTraceServiceResponse.newBuilder()
                                .setPartialSuccess(
                                        ExportTracePartialSuccess.newBuilder()
                                                .setRejectedSpans(3)
                                                .setErrorMessage("schläft \"nicht\""))
                                .build());
        assertThat(
                        ExportLogsServiceResponse.parseFrom(
                                        OtlpAnswers.success(false, OtlpSignal.LOGS, 1L << 40, null))
                                .getPartialSuccess()
                                .getRejectedLogRecords())
                .isEqualTo(1L << 40);
        assertThat(
                        ExportMetricsServiceResponse.parseFrom(
                                        OtlpAnswers.success(
                                                false, OtlpSignal.METRICS, 0, "not counted"))
                                .getPartialSuccess()
                                .getErrorMessage())
                .isEqualTo("not counted");
        assertThat(text(OtlpAnswers.success(true, OtlpSignal.LOGS, 3, "a \"b\"")))
                .isEqualTo(
                        "{\"partialSuccess\":{\"rejectedLogRecords\":\"3\",\"errorMessage\":\"a"
                                + " \\\"b\\\"\"}}");
        assertThat(text(OtlpAnswers.success(true, OtlpSignal.METRICS, 0, "w")))
                .isEqualTo(
                        "{\"partialSuccess\":{\"rejectedDataPoints\":\"0\",\"errorMessage\":\"w\"}}");
        assertThat(text(OtlpAnswers.success(true, OtlpSignal.TRACES, 2, null)))
                .isEqualTo("{\"partialSuccess\":{\"rejectedSpans\":\"2\"}}");
    }

    @Test
    void shouldWriteAStatus() throws Exception {
        CodedInputStream in =
                CodedInputStream.newInstance(OtlpAnswers.status(false, 3, "body: kaputt ü"));

        assertThat(in.readTag()).isEqualTo(1 << 3);
        assertThat(in.readInt32()).isEqualTo(3);
        assertThat(in.readTag()).isEqualTo(2 << 3 | 2);
        assertThat(in.readStringRequireUtf8()).isEqualTo("body: kaputt ü");
        assertThat(in.isAtEnd()).isTrue();
        assertThat(text(OtlpAnswers.status(true, 14, "later")))
                .isEqualTo("{\"code\":14,\"message\":\"later\"}");
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
