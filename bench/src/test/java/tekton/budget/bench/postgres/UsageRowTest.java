package tekton.budget.bench.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.load.Population;
import tekton.budget.bench.load.RecordTemplate;

class UsageRowTest {

    private static final UsageRow ROW =
            new UsageRow(
                    "r", "c", "p", "openai", "gpt-4o", "b", 1_000, 100, "2026-11-28T00:00:00Z");

    @Test
    void shouldReadTheBenchsRecords() {
        RecordTemplate template = new RecordTemplate("run", new Population(1, 1, 1), 336);
        byte[] json = new byte[template.size()];
        template.write(7, json, 0);

        UsageRow row = UsageRow.read(json);

        assertThat(row.recordId()).isEqualTo("run-000000000007");
        assertThat(row.contextId()).isEqualTo("run-ctx-000000");
        assertThat(row.component()).isEqualTo("run-cmp-00");
        assertThat(row.budgetId()).isEqualTo("run-bud-0000");
        assertThat(row.provider() + '/' + row.model()).isEqualTo("openai/gpt-4o");
        assertThat(row.input()).isBetween(1_000L, 9_999L);
        assertThat(row.output()).isBetween(100L, 999L);
        assertThat(row.at()).endsWith("Z");
    }

    @Test
    void shouldBeALineOfCopy() {
        StringBuilder lines = new StringBuilder();

        ROW.copyTo(lines);

        assertThat(lines)
                .hasToString(
                        "r\tc\tp\topenai\tgpt-4o\tb\t1000\t100\t3500000000"
                                + "\t2026-11-28T00:00:00Z\n");
    }

    @Test
    void shouldAddUpWhatWasSent() {
        UsageSums sums = UsageSums.NONE.plus(ROW).plus(UsageSums.NONE.plus(ROW));

        assertThat(sums).isEqualTo(new UsageSums(2, 2_000, 200, 7_000_000_000L));
    }
}
