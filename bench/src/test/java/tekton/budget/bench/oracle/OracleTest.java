package tekton.budget.bench.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.oracle.LogEntry.LogPosition;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class OracleTest {

    private static final long APPENDED = Instant.parse("2026-05-01T10:00:05Z").toEpochMilli();

    private static final String BASE =
            "\"component\":\"comp\",\"provider\":\"openai\",\"model\":\"gpt-4o\"";

    private final PriceList prices =
            prices(
                    "{'provider':'openai','model':'gpt-4o','effective_from':'1970-01-01T00:00:00Z',"
                            + "'source':'built-in','verified':true,'rates':{'input':0.0000025,"
                            + "'output':0.00001,'cached_input':0.00000125}}",
                    "{'provider':'openai','model':'gpt-4o','effective_from':'2026-05-01T10:00:00Z',"
                            + "'source':'feed','rates':{'input':0.000001,'output':0.000002}}");

    /** Context {@code p<n>} belongs to partition n. */
    private final Oracle oracle =
            new Oracle(prices, context -> Character.digit(context.charAt(1), 10));

    @Test
    void countsTheFirstOfEachIdAndNothingElse() {
        Expected expected =
                oracle.expect(
                        List.of(
                                entry(0, 0, record("p0", "a", 100, 10, "")),
                                entry(0, 1, record("p0", "a", 100, 10, "")),
                                entry(0, 2, record("p0", "a", 101, 10, "")),
                                entry(0, 3, record("p0", "b", 1, 1, "")),
                                entry(1, 0, record("p1", "a", 7, 7, ""))));

        assertThat(expected.distinct()).isEqualTo(3);
        assertThat(expected.duplicates()).isEqualTo(1);
        assertThat(expected.conflicts()).containsExactly(new LogPosition(0, 2));
        assertThat(expected.rejected()).isEmpty();
        assertThat(view(expected, Kind.CONTEXT, "p0").records()).isEqualTo(2);
        assertThat(view(expected, Kind.CONTEXT, "p0").total()).isEqualTo(112);
        assertThat(view(expected, Kind.COMPONENT, "comp").total()).isEqualTo(126);
        assertThat(view(expected, Kind.BUDGET, "default").records()).isEqualTo(3);
        assertThat(expected.firsts().contains("p1", "a")).isTrue();
    }

    @Test
    void whatTheEdgeAddsMakesNoConflict() {
        Expected expected =
                oracle.expect(
                        List.of(
                                entry(0, 0, record("p0", "a", 5, 5, "")),
                                entry(
                                        0,
                                        1,
                                        record(
                                                "p0",
                                                "a",
                                                5,
                                                5,
                                                ",'received_at':'2026-05-01T09:00:00Z','task_type':"
                                                        + "'default','pricing_version':'x',"
                                                        + "'metadata':{'k':1}"))));

        assertThat(expected.conflicts()).isEmpty();
        assertThat(expected.duplicates()).isEqualTo(1);
    }

    @Test
    void theRecordThatStandsRightComesBeforeAMisroutedOne() {
        Expected expected =
                oracle.expect(
                        List.of(
                                entry(0, 9, record("p1", "a", 2, 2, "")),
                                entry(1, 50, record("p1", "a", 1, 1, ""))));

        assertThat(expected.conflicts()).containsExactly(new LogPosition(0, 9));
        assertThat(view(expected, Kind.CONTEXT, "p1").total()).isEqualTo(2);
    }

    @Test
    void pricesByTheTimeOfTheRecordExactly() {
        Expected expected =
                oracle.expect(
                        List.of(
                                entry(
                                        0,
                                        0,
                                        record(
                                                "p0",
                                                "before",
                                                1_000,
                                                100,
                                                ",'timestamp':'2026-05-01T09:59:59.999Z',"
                                                        + "'cached_input_tokens':400")),
                                entry(
                                        0,
                                        1,
                                        record(
                                                "p0",
                                                "after",
                                                1_000,
                                                100,
                                                ",'timestamp':'2026-05-01T10:00:00Z'"))));

        // 600 * 2.5e-6 + 400 * 1.25e-6 + 100 * 1e-5, then 1000 * 1e-6 + 100 * 2e-6.
        assertThat(view(expected, Kind.CONTEXT, "p0").cost())
                .isEqualTo(
                        new BigDecimal("0.0030")
                                .add(new BigDecimal("0.0012"))
                                .stripTrailingZeros());
        assertThat(view(expected, Kind.CONTEXT, "p0").firstAt())
                .isEqualTo(Instant.parse("2026-05-01T09:59:59.999Z"));
        assertThat(view(expected, Kind.CONTEXT, "p0").lastAt())
                .isEqualTo(Instant.parse("2026-05-01T10:00:00Z"));
    }

    @Test
    void exclusiveTokensBecomeInclusiveAndUnknownPricesAreNotFree() {
        Expected expected =
                oracle.expect(
                        List.of(
                                entry(
                                        0,
                                        0,
                                        record(
                                                        "p0",
                                                        "a",
                                                        100,
                                                        10,
                                                        ",'cached_input_tokens':30,"
                                                                + "'cache_write_tokens':20,"
                                                                + "'token_style':'exclusive'")
                                                .replace("gpt-4o", "unheard-of"))));

        TotalsView view = view(expected, Kind.CONTEXT, "p0");
        assertThat(view.input()).isEqualTo(150);
        assertThat(view.unpriced()).isEqualTo(160);
        assertThat(view.cost()).isEqualTo(BigDecimal.ZERO);
    }

    @Test
    void saysWhyARecordDoesNotCount() {
        Expected expected =
                oracle.expect(
                        List.of(
                                entry(0, 0, "no JSON"),
                                entry(0, 1, "[1]"),
                                entry(0, 2, record("p0", "", 1, 1, "")),
                                entry(0, 3, record("p0", "a", -1, 1, "")),
                                entry(0, 4, record("p0", "a", 1, 1, ",'reasoning_tokens':2")),
                                entry(
                                        0,
                                        5,
                                        record(
                                                "p0",
                                                "a",
                                                1,
                                                1,
                                                ",'timestamp':'2001-01-01T00:00:00Z'"))));

        assertThat(expected.distinct()).isZero();
        assertThat(expected.rejected())
                .isEqualTo(
                        Map.of(
                                new LogPosition(0, 0), "unreadable",
                                new LogPosition(0, 1), "invalid",
                                new LogPosition(0, 2), "invalid",
                                new LogPosition(0, 3), "invalid",
                                new LogPosition(0, 4), "invalid",
                                new LogPosition(0, 5), "timestamp"));
    }

    @Test
    void theBudgetIsTheRecordsOrItsAllocations() {
        Expected expected =
                oracle.expect(
                        List.of(
                                entry(0, 0, record("p0", "a", 1, 1, ",'budget_id':'mine'")),
                                entry(
                                        0,
                                        1,
                                        record("p0", "b", 1, 1, ",'allocation_id':'his.0199'"))));

        assertThat(expected.totals().get(Kind.BUDGET)).containsOnlyKeys("mine", "his");
    }

    @Test
    void addsUpWhatDrawsAnAllocation() {
        String naming = ",'allocation_id':'his.0199'";
        Expected expected =
                oracle.expect(
                        List.of(
                                entry(0, 0, record("p0", "a", 3, 4, naming)),
                                entry(0, 1, record("p0", "a", 3, 4, naming)),
                                entry(1, 0, record("p1", "a", 10, 20, naming)),
                                entry(1, 1, record("p1", "b", 5, 5, ""))));

        assertThat(expected.allocations()).containsOnlyKeys("his.0199");
        TotalsView drawn = expected.allocations().get("his.0199");
        assertThat(drawn.input()).isEqualTo(13);
        assertThat(drawn.output()).isEqualTo(24);
        assertThat(drawn.cost()).isEqualTo(new BigDecimal("0.000061"));
    }

    @Test
    void differencesNameKeyFieldAndBothNumbers() {
        Expected expected = oracle.expect(List.of(entry(0, 0, record("p0", "a", 3, 4, ""))));
        var found = new java.util.TreeMap<String, TotalsView>();
        found.put("p9", TotalsView.none("p9"));

        assertThat(Differences.between(Kind.CONTEXT, expected.totals().get(Kind.CONTEXT), found, 5))
                .singleElement()
                .asString()
                .contains("p0", "record_count is 0, must be 1", "input_tokens is 0, must be 3");
    }

    private static TotalsView view(Expected expected, Kind kind, String id) {
        return expected.totals().get(kind).get(id);
    }

    private static String record(String context, String id, long input, long output, String more) {
        return ("{\"context_id\":\"%s\",\"record_id\":\"%s\",%s,\"input_tokens\":%d,"
                        + "\"output_tokens\":%d%s}")
                .formatted(context, id, BASE, input, output, more.replace('\'', '"'));
    }

    private static LogEntry entry(int partition, long offset, String value) {
        return new LogEntry(partition, offset, APPENDED, value);
    }

    private static PriceList prices(String... values) {
        return new PriceList(
                List.of(values).stream()
                        .map(v -> v.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                        .toList());
    }
}
