package tekton.budget.bench.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.load.Population;
import tekton.budget.bench.load.RecordTemplate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

class UsageSumTest {

    @Test
    void shouldReadContextAndTokensOfTheBenchsRecords() {
        RecordTemplate template = new RecordTemplate("r", new Population(1, 1, 1), 336);
        byte[] json = new byte[template.size()];
        template.write(7, json, 0);
        String text = new String(json, StandardCharsets.UTF_8);

        UsageSum read = UsageSum.read(json);

        assertThat(read)
                .isEqualTo(
                        new UsageSum(
                                "r-ctx-000000",
                                number(text, "input_tokens") + number(text, "output_tokens")));
    }

    @Test
    void shouldAddRecordsAndTokens() {
        byte[] one = new UsageSum("c", 10).addedTo(null);
        ByteBuffer two = ByteBuffer.wrap(new UsageSum("c", 5).addedTo(one));

        assertThat(two.getLong()).isEqualTo(2);
        assertThat(two.getLong()).isEqualTo(15);
    }

    @Test
    void shouldSkipNestedFieldsOfTheSameName() {
        byte[] json =
                "{\"metadata\":{\"input_tokens\":9,\"context_id\":\"x\"},\"context_id\":\"c\",\"input_tokens\":1}"
                        .getBytes(StandardCharsets.UTF_8);

        assertThat(UsageSum.read(json)).isEqualTo(new UsageSum("c", 1));
    }

    @Test
    void shouldPassOverWhatCannotCount() {
        assertThat(UsageSum.read("{\"input_tokens\":1}".getBytes(StandardCharsets.UTF_8))).isNull();
        assertThat(UsageSum.read("{\"context_id\":\"c".getBytes(StandardCharsets.UTF_8))).isNull();
        assertThat(UsageSum.read("[]".getBytes(StandardCharsets.UTF_8))).isNull();
    }

    private static long number(String json, String name) {
        return Long.parseLong(json.replaceAll(".*\"" + name + "\":(\\d+).*", "$1"));
    }
}
