package tekton.budget.serde;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.HandOver;
import tekton.budget.event.HandOver.Cell;
import tekton.budget.event.LedgerDelta;
import tekton.budget.event.Notice;
import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.event.UsageReported;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What stands in topics and changelogs. A change here needs a new schema version, not a new text.
 */
class GoldenBytesTest {

    private static final Cell CELL =
            new Cell("team-a", "chat", "openai", "gpt-4o", Tier.REMOTE_HEAVYWEIGHT, "default");

    private static final Totals TOTALS =
            new Totals(
                    new TokenCounts(100, 250, 40, 10, 200),
                    7,
                    new Money(3, 20_250_000_000L),
                    2,
                    1_764_000_000_000L,
                    1_764_000_001_000L);

    private static final String CELL_JSON =
            "\"budget_id\":\"team-a\",\"component\":\"chat\",\"provider\":\"openai\","
                    + "\"model\":\"gpt-4o\",\"tier\":\"remote_heavyweight\","
                    + "\"task_type\":\"default\"";

    private static final String TOTALS_JSON =
            "\"input_tokens\":100,\"output_tokens\":250,\"cached_input_tokens\":40,"
                    + "\"cache_write_tokens\":10,\"reasoning_tokens\":200,\"unpriced_tokens\":7,"
                    + "\"total_cost\":3.02025,\"record_count\":2,\"first_at_ms\":1764000000000,"
                    + "\"last_at_ms\":1764000001000";

    @Test
    void shouldWriteUsageWithEveryField() {
        UsageReported usage =
                new UsageReported(
                        "rec \"1\"",
                        "ctx/é",
                        "chat",
                        "openai",
                        "gpt-4o",
                        "coding",
                        Tier.LOCAL_MIDWEIGHT,
                        "team-a",
                        "team-a.01",
                        new TokenCounts(100, 250, 40, 10, 200),
                        1_764_000_000_123L,
                        1_764_000_000_456L,
                        "op",
                        "req",
                        "user",
                        "{\"k\":[1,2.50]}",
                        "openai/gpt-4o@1970-01-01T00:00:00Z#built-in");

        byte[] bytes = UsageWriter.write(usage);

        assertGolden(
                bytes,
                "{\"schema\":1,\"record_id\":\"rec \\\"1\\\"\",\"context_id\":\"ctx/é\","
                        + "\"component\":\"chat\",\"provider\":\"openai\",\"model\":\"gpt-4o\","
                        + "\"task_type\":\"coding\",\"tier\":\"local_midweight\","
                        + "\"budget_id\":\"team-a\",\"allocation_id\":\"team-a.01\","
                        + "\"input_tokens\":100,\"output_tokens\":250,"
                        + "\"cached_input_tokens\":40,\"cache_write_tokens\":10,"
                        + "\"reasoning_tokens\":200,\"timestamp\":\"2025-11-24T16:00:00.123Z\","
                        + "\"operation_id\":\"op\",\"request_id\":\"req\",\"user_id\":\"user\","
                        + "\"metadata\":{\"k\":[1,2.50]},"
                        + "\"received_at\":\"2025-11-24T16:00:00.456Z\","
                        + "\"pricing_version\":\"openai/gpt-4o@1970-01-01T00:00:00Z#built-in\"}");
        assertThat(UsageReader.fromTopic(bytes)).isEqualTo(new Parsed.Accepted(usage));
    }

    @Test
    void shouldWriteUsageWithoutWhatIsAbsent() {
        UsageReported usage =
                new UsageReported(
                        "r",
                        "c",
                        "chat",
                        "openai",
                        "gpt-4o",
                        null,
                        null,
                        null,
                        null,
                        TokenCounts.of(1, 2),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);

        assertGolden(
                UsageWriter.write(usage),
                "{\"schema\":1,\"record_id\":\"r\",\"context_id\":\"c\",\"component\":\"chat\","
                        + "\"provider\":\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":1,"
                        + "\"output_tokens\":2}");
    }

    @Test
    void shouldWriteHandOvers() {
        HandOver counted = new HandOver.Counted(CELL, 29_400_000, TOTALS);
        HandOver progress = new HandOver.Progress(3, 1042);

        assertGolden(
                HandOverCodec.write(counted),
                "{\"schema\":1,\"type\":\"counted\","
                        + CELL_JSON
                        + ",\"hour\":29400000,"
                        + TOTALS_JSON
                        + "}");
        assertGolden(
                HandOverCodec.write(progress),
                "{\"schema\":1,\"type\":\"progress\",\"partition\":3,\"offset\":1042}");
        assertThat(HandOverCodec.read(HandOverCodec.write(counted))).isEqualTo(counted);
        assertThat(HandOverCodec.read(HandOverCodec.write(progress))).isEqualTo(progress);
    }

    @Test
    void shouldWriteLedgerDeltas() {
        LedgerDelta delta = new LedgerDelta(CELL, 29_400_000, "team-a.01", "ctx", TOTALS);

        assertGolden(
                HandOverCodec.write(delta),
                "{\"schema\":1,"
                        + CELL_JSON
                        + ",\"hour\":29400000,\"allocation_id\":\"team-a.01\","
                        + "\"context_id\":\"ctx\","
                        + TOTALS_JSON
                        + "}");
        assertThat(HandOverCodec.readLedgerFeed(HandOverCodec.write(delta))).isEqualTo(delta);
    }

    @Test
    void shouldWriteNotices() {
        Notice notice = new Notice(Notice.Kind.UNPRICED_USAGE, "team-a", "openai/new", 29_400_000);

        assertGolden(
                HandOverCodec.write(notice),
                "{\"schema\":1,\"type\":\"unpriced_usage\",\"budget_id\":\"team-a\","
                        + "\"subject\":\"openai/new\",\"hour\":29400000}");
        assertThat(HandOverCodec.readNotice(HandOverCodec.write(notice))).isEqualTo(notice);
    }

    @Test
    void shouldWritePrices() {
        PricePublished price =
                new PricePublished(
                        "anthropic",
                        "claude/x",
                        Instant.parse("2026-08-01T00:00:00Z"),
                        "built-in",
                        new Rates(15_000_000, 75_000_000, 1_500_000L, 18_750_000L, null),
                        true);

        assertGolden(
                PriceCodec.write(price),
                "{\"schema\":1,\"provider\":\"anthropic\",\"model\":\"claude/x\","
                        + "\"effective_from\":\"2026-08-01T00:00:00Z\",\"source\":\"built-in\","
                        + "\"verified\":true,\"rates\":{\"input\":0.000015,\"output\":0.000075,"
                        + "\"cached_input\":0.0000015,\"cache_write\":0.00001875}}");
        assertThat(PriceCodec.read(PriceCodec.write(price))).isEqualTo(price);
        assertThat(price.versionId()).isEqualTo("anthropic/claude/x@2026-08-01T00:00:00Z#built-in");
    }

    private static void assertGolden(byte[] bytes, String expected) {
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(expected);
    }
}
