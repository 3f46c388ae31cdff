package tekton.budget.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

class SpanTemplateTest {

    private final Population population = new Population(1_000, 10, 100);
    private final RecordTemplate records =
            new RecordTemplate("test", population, RecordTemplate.DEFAULT_SIZE);

    @Test
    void everySpanTellsOfTheCallOfItsNumber() throws Exception {
        RequestTemplate requests =
                new RequestTemplate(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 8013),
                        RequestForm.OTLP,
                        records,
                        100);
        byte[] buffer = requests.buffer();
        requests.fill(buffer, 999_950);
        String text = new String(buffer, ISO_8859_1);
        byte[] body = text.substring(text.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
        assertThat(text).contains("Content-Length: " + body.length + "\r\n");

        Set<Object> ids = new HashSet<>();
        Set<Object> traces = new HashSet<>();
        long sequence = 999_950;
        for (Span span :
                ExportTraceServiceRequest.parseFrom(body)
                        .getResourceSpans(0)
                        .getScopeSpans(0)
                        .getSpansList()) {
            Map<String, AnyValue> said =
                    span.getAttributesList().stream()
                            .collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
            assertThat(ids.add(span.getSpanId())).isTrue();
            traces.add(span.getTraceId());
            assertThat(said.get("gen_ai.response.id").getStringValue())
                    .isEqualTo("chatcmpl-test-%012d".formatted(sequence));
            assertThat(said.get("gen_ai.conversation.id").getStringValue())
                    .isEqualTo(records.contextId(population.contextOf(sequence)));
            assertThat(said.get("gen_ai.agent.name").getStringValue())
                    .isEqualTo(records.componentId(population.componentOf(sequence)));
            assertThat(said.get("budget.id").getStringValue())
                    .isEqualTo(records.budgetId(population.budgetOf(sequence)));
            assertThat(said.get("gen_ai.usage.input_tokens").getIntValue())
                    .isEqualTo(RecordTemplate.inputTokens(sequence));
            assertThat(said.get("gen_ai.usage.output_tokens").getIntValue())
                    .isEqualTo(RecordTemplate.outputTokens(sequence));
            sequence++;
        }
        assertThat(ids).hasSize(100);
        assertThat(traces).hasSize(26);
    }
}
