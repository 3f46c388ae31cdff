package tekton.budget.bench.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.product.TotalsClient.Kind;

import java.util.ArrayList;
import java.util.List;

/** Counting without keeping what was counted. */
class UsageTallyTest {

    private static final long NOW = 1_700_000_000_000L;

    private final List<LogEntry> log = new ArrayList<>();

    @Test
    void eightBytesForEachFindWhatTheWholeContentFinds() {
        for (int number = 0; number < 200_000; number += 997) {
            add("r-" + number, 10);
            add("r-" + number, 10);
        }
        add("r-997", 11);
        add("r-1994", 10);
        log.add(new LogEntry(0, log.size(), NOW, "not JSON"));
        PriceList none = new PriceList(List.of());
        UsageTally tally = UsageTally.numbered(none, id -> Long.parseLong(id.substring(2)));
        log.forEach(tally::take);
        Expected numbered = tally.expected();
        Expected exact = new Oracle(none, _ -> 0).expect(log);

        assertThat(numbered.totals()).isEqualTo(exact.totals());
        assertThat(numbered.conflicts()).isEqualTo(exact.conflicts()).hasSize(1);
        assertThat(numbered.rejected()).isEqualTo(exact.rejected()).hasSize(1);
        assertThat(numbered.duplicates()).isEqualTo(exact.duplicates()).isEqualTo(202);
        assertThat(numbered.distinct()).isEqualTo(exact.distinct()).isEqualTo(201);
        assertThat(numbered.firsts().contains("c", "r-997")).isTrue();
        assertThat(numbered.firsts().contains("c", "r-998")).isFalse();
        assertThat(numbered.firsts().contains("c", "r-70000000")).isFalse();
    }

    @Test
    void whatNobodySentIsNamedAndNotCounted() {
        add("r-1", 10);
        add("x-1", 10);
        UsageTally tally =
                UsageTally.numbered(new PriceList(List.of()), id -> id.startsWith("r-") ? 1 : -1);
        log.forEach(tally::take);

        assertThat(tally.strangers()).containsExactly(Oracle.idOf("c", "x-1"));
        assertThat(tally.expected().distinct()).isEqualTo(1);
        assertThat(tally.expected().totals().get(Kind.CONTEXT)).hasSize(1);
    }

    private void add(String id, long input) {
        log.add(
                new LogEntry(
                        0,
                        log.size(),
                        NOW,
                        """
                        {"record_id":"%s","context_id":"c","component":"x","provider":"p",\
                        "model":"m","input_tokens":%d,"output_tokens":1}\
                        """
                                .formatted(id, input)));
    }
}
