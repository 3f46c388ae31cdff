package tekton.budget.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;
import tekton.budget.event.UsageReported;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

class RecordTemplateTest {

    private final Population population = new Population(1_000, 10, 100);
    private final RecordTemplate template =
            new RecordTemplate("test", population, RecordTemplate.DEFAULT_SIZE);

    @Test
    void everyRecordIsValidAndOfTheSizeAskedFor() {
        Set<String> ids = new HashSet<>();
        for (long i = 999_999_999_000L; i < 1_000_000_000_000L; i++) {
            byte[] value = new byte[template.size()];
            template.write(i, value, 0);

            UsageReported usage = accepted(value);
            assertThat(value).hasSize(336);
            assertThat(ids.add(usage.recordId())).isTrue();
            assertThat(usage.contextId()).isEqualTo(template.contextId(population.contextOf(i)));
            assertThat(usage.component())
                    .isEqualTo(template.componentId(population.componentOf(i)));
            assertThat(usage.budgetId()).isEqualTo(template.budgetId(population.budgetOf(i)));
            assertThat(usage.tokens().input()).isEqualTo(RecordTemplate.inputTokens(i));
            assertThat(usage.tokens().output()).isEqualTo(RecordTemplate.outputTokens(i));
            assertThat(template.key(i))
                    .isEqualTo(usage.contextId().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void spreadsRecordsOverAll() {
        Set<Integer> contexts = new HashSet<>();
        Set<Integer> budgets = new HashSet<>();
        for (long i = 0; i < 20_000; i++) {
            contexts.add(population.contextOf(i));
            budgets.add(population.budgetOf(i));
        }
        assertThat(contexts).hasSize(1_000);
        assertThat(budgets).hasSize(100);
    }

    @ParameterizedTest
    @EnumSource(value = RequestForm.class, names = "OTLP", mode = EnumSource.Mode.EXCLUDE)
    void requestsHaveTheLengthTheySay(RequestForm form) {
        int perRequest = form == RequestForm.SINGLE ? 1 : 3;
        RequestTemplate requests =
                new RequestTemplate(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 8013),
                        form,
                        template,
                        perRequest);
        byte[] buffer = requests.buffer();
        requests.fill(buffer, 41);

        String text = new String(buffer, StandardCharsets.US_ASCII);
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);
        assertThat(text).contains("Content-Length: " + body.length() + "\r\n");
        String lines =
                switch (form) {
                    case SINGLE, NDJSON, OTLP -> body;
                    case ARRAY -> body.substring(1, body.length() - 1).replace("},{", "}\n{");
                };
        long sequence = 41;
        for (String line : lines.strip().split("\n", -1)) {
            String json = line.endsWith(",") ? line.substring(0, line.length() - 1) : line;
            assertThat(accepted(json.getBytes(StandardCharsets.US_ASCII)).recordId())
                    .endsWith("-" + "%012d".formatted(sequence++));
        }
        assertThat(sequence).isEqualTo(41 + perRequest);
    }

    private static UsageReported accepted(byte[] value) {
        Parsed parsed = UsageReader.fromTopic(value);
        assertThat(parsed).isInstanceOf(Parsed.Accepted.class);
        return ((Parsed.Accepted) parsed).usage();
    }
}
