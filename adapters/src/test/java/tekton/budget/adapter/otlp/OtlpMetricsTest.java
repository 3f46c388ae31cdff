package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;

import org.junit.jupiter.api.Test;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignFormatException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Metrics count nothing and say so. */
class OtlpMetricsTest {

    @Test
    void shouldIgnoreEveryDataPoint() throws Exception {
        byte[] body = request();

        assertThat(OtlpMetrics.read(body, false)).isEqualTo(new Adapted(List.of(), 4, List.of()));
    }

    @Test
    void shouldIgnoreThemInJson() throws Exception {
        String body =
                """
                {"resourceMetrics": [{"scopeMetrics": [{"metrics": [
                  {"name": "gen_ai.client.token.usage", "unit": "{token}", "histogram": {
                    "aggregationTemporality": 2, "dataPoints": [{"count": "3"}, {"count": "4"}]}},
                  {"name": "codex.turn.token_usage", "sum": {"dataPoints": [{"asInt": "7"}]}},
                  {"name": "nothing"}]}]}]}
                """;

        assertThat(OtlpMetrics.read(body.getBytes(StandardCharsets.UTF_8), true))
                .isEqualTo(new Adapted(List.of(), 3, List.of()));
        assertThatThrownBy(() -> OtlpMetrics.read("no".getBytes(StandardCharsets.UTF_8), true))
                .isInstanceOf(ForeignFormatException.class);
        assertThatThrownBy(() -> OtlpMetrics.read(new byte[] {10, 5, 1}, false))
                .isInstanceOf(ForeignFormatException.class);
    }

    @Test
    void shouldReadOrRefuseWhateverTheDamage() {
        byte[] whole = request();
        Random random = new Random(17);
        for (int round = 0; round < 20_000; round++) {
            byte[] body = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(OtlpMetrics.read(body, false).calls()).isEmpty();
            } catch (ForeignFormatException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void shouldRejectAMetricWithALengthBelowZero() throws Exception {
        byte[] metric = {7 << 3 | 2, -1, -1, -1, -1, 15};
        byte[] body = {1 << 3 | 2, 10, 2 << 3 | 2, 8, 2 << 3 | 2, 6, 0, 0, 0, 0, 0, 0};
        System.arraycopy(metric, 0, body, 6, metric.length);

        assertThat(OtlpMetrics.read(body, false).rejected())
                .extracting(Adapted.Rejection::sentence)
                .singleElement()
                .asString()
                .startsWith("metrics: one of 6 bytes cannot be decoded: ");
    }

    private static byte[] request() {
        NumberDataPoint point = NumberDataPoint.newBuilder().setAsInt(5).build();
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(
                        ResourceMetrics.newBuilder()
                                .addScopeMetrics(
                                        ScopeMetrics.newBuilder()
                                                .addMetrics(
                                                        metric("claude_code.token.usage")
                                                                .setSum(
                                                                        Sum.newBuilder()
                                                                                .addDataPoints(
                                                                                        point)
                                                                                .addDataPoints(
                                                                                        point)
                                                                                .setIsMonotonic(
                                                                                        true)))
                                                .addMetrics(
                                                        metric("load")
                                                                .setGauge(
                                                                        Gauge.newBuilder()
                                                                                .addDataPoints(
                                                                                        point)))
                                                .addMetrics(
                                                        metric("gen_ai.client.token.usage")
                                                                .setHistogram(
                                                                        Histogram.newBuilder()
                                                                                .addDataPoints(
                                                                                        HistogramDataPoint
                                                                                                .newBuilder()
                                                                                                .setCount(
                                                                                                        3))))))
                .build()
                .toByteArray();
    }

    private static Metric.Builder metric(String name) {
        return Metric.newBuilder().setName(name).setUnit("{token}");
    }
}
