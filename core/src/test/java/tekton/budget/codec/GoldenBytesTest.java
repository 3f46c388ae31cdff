package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.AdminAct;
import tekton.budget.event.LedgerDelta;
import tekton.budget.event.Notice;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.SessionReached;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.event.TotalsFeed;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.UsageReported;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;
import tekton.budget.value.Totals;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    void shouldWriteUsageWithDetails() {
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
                        new TokenCounts(100, 90, 10, 20, 30),
                        new TokenDetails(5, 40, 50, 30, 10),
                        ServiceTier.BATCH,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);

        byte[] bytes = UsageWriter.write(usage);

        assertGolden(
                bytes,
                "{\"schema\":1,\"record_id\":\"r\",\"context_id\":\"c\",\"component\":\"chat\","
                        + "\"provider\":\"openai\",\"model\":\"gpt-4o\",\"input_tokens\":100,"
                        + "\"output_tokens\":90,\"cached_input_tokens\":10,"
                        + "\"cache_write_tokens\":20,\"reasoning_tokens\":30,"
                        + "\"cache_write_1h_tokens\":5,\"audio_input_tokens\":40,"
                        + "\"audio_output_tokens\":50,\"image_input_tokens\":30,"
                        + "\"image_output_tokens\":10,\"service_tier\":\"batch\"}");
        assertThat(UsageReader.fromTopic(bytes)).isEqualTo(new Parsed.Accepted(usage));
    }

    @Test
    void shouldWriteHandOvers() {
        TotalsFeed counted = new TotalsFeed.TotalsDelta(CELL, new EpochMinute(29_400_000), TOTALS);
        TotalsFeed progress = new TotalsFeed.Progress(3, 1042);

        assertGolden(
                FeedCodec.write(counted),
                "{\"schema\":1,\"type\":\"counted\","
                        + CELL_JSON
                        + ",\"hour\":29400000,"
                        + TOTALS_JSON
                        + "}");
        assertGolden(
                FeedCodec.write(progress),
                "{\"schema\":1,\"type\":\"progress\",\"partition\":3,\"offset\":1042}");
        assertThat(FeedCodec.read(FeedCodec.write(counted))).isEqualTo(counted);
        assertThat(FeedCodec.read(FeedCodec.write(progress))).isEqualTo(progress);
    }

    @Test
    void shouldWriteLedgerDeltas() {
        LedgerDelta delta =
                new LedgerDelta(CELL, new EpochMinute(29_400_000), "team-a.01", "ctx", TOTALS);

        assertGolden(
                FeedCodec.write(delta),
                "{\"schema\":1,"
                        + CELL_JSON
                        + ",\"hour\":29400000,\"allocation_id\":\"team-a.01\","
                        + "\"context_id\":\"ctx\","
                        + TOTALS_JSON
                        + "}");
        assertThat(FeedCodec.readLedgerFeed(FeedCodec.write(delta))).isEqualTo(delta);
    }

    @Test
    void shouldTellTheLedgerOfSessionsInTheWordsOfDecisions() {
        LevelCrossed crossed =
                new LevelCrossed(
                        "team-a",
                        "ctx",
                        new Standing(
                                "team-a.p1",
                                PolicyType.WARN,
                                Period.PER_SESSION,
                                Scope.ANY,
                                null,
                                null,
                                Measure.TOKENS,
                                Level.WARNING,
                                BigDecimal.valueOf(100),
                                BigDecimal.valueOf(80),
                                BigDecimal.ZERO,
                                BigDecimal.ZERO),
                        7);
        SessionReached reached = new SessionReached(crossed);

        assertThat(FeedCodec.write(reached)).isEqualTo(LedgerCodec.write(crossed));
        assertThat(FeedCodec.readLedgerFeed(FeedCodec.write(reached))).isEqualTo(reached);
    }

    @Test
    void shouldWriteAdministrativeActs() {
        AdminAct act =
                new AdminAct(
                        Instant.parse("2026-05-01T10:00:00Z"),
                        "ops",
                        "DELETE",
                        "/api/budgets/" + "x".repeat(600),
                        200,
                        "127.0.0.1");

        assertGolden(
                AuditCodec.write(act),
                "{\"schema\":1,\"at\":\"2026-05-01T10:00:00Z\",\"caller\":\"ops\",\"method\":\"DELETE\","
                    + "\"path\":\"/api/budgets/"
                        + "x".repeat(499)
                        + "\",\"status\":200,\"peer\":\"127.0.0.1\"}");
        assertThat(AuditCodec.read(AuditCodec.write(act))).isEqualTo(act);
    }

    @Test
    void shouldWriteNotices() {
        Notice notice =
                new Notice(
                        Notice.NoticeKind.UNPRICED_USAGE,
                        "team-a",
                        "openai/new",
                        new EpochMinute(29_400_000));

        assertGolden(
                FeedCodec.write(notice),
                "{\"schema\":1,\"type\":\"unpriced_usage\",\"budget_id\":\"team-a\","
                        + "\"subject\":\"openai/new\",\"hour\":29400000}");
        assertThat(FeedCodec.readNotice(FeedCodec.write(notice))).isEqualTo(notice);
    }

    @Test
    void shouldWriteEstimatedTokensOnlyWhereThereAreSome() {
        Totals estimated =
                new Totals(
                        TOTALS.tokens(),
                        TOTALS.unpricedTokens(),
                        350,
                        TOTALS.cost(),
                        TOTALS.recordCount(),
                        TOTALS.firstAtMs(),
                        TOTALS.lastAtMs());
        TotalsFeed counted =
                new TotalsFeed.TotalsDelta(CELL, new EpochMinute(29_400_000), estimated);

        assertGolden(
                FeedCodec.write(counted),
                "{\"schema\":1,\"type\":\"counted\","
                        + CELL_JSON
                        + ",\"hour\":29400000,"
                        + TOTALS_JSON.replace(
                                "\"unpriced_tokens\":7,",
                                "\"unpriced_tokens\":7,\"estimated_tokens\":350,")
                        + "}");
        assertThat(FeedCodec.read(FeedCodec.write(counted))).isEqualTo(counted);
    }

    @Test
    void shouldWriteWhoseTheFiguresOfAPriceAre() {
        PricePublished price =
                new PricePublished(
                        "openai",
                        "m",
                        Instant.EPOCH,
                        "litellm",
                        PriceTerms.flat(Rates.of(1_000_000, 2_000_000)),
                        false,
                        null,
                        null,
                        null,
                        new TreeMap<>(Map.of("cached_input", "built-in")));

        assertGolden(
                PriceCodec.write(price),
                "{\"schema\":1,\"provider\":\"openai\",\"model\":\"m\","
                        + "\"effective_from\":\"1970-01-01T00:00:00Z\",\"source\":\"litellm\","
                        + "\"verified\":false,\"rates\":{\"input\":0.000001,\"output\":0.000002},"
                        + "\"figure_sources\":{\"cached_input\":\"built-in\"}}");
        assertThat(PriceCodec.read(PriceCodec.write(price))).isEqualTo(price);
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

    @Test
    void shouldWritePricesWithEveryPart() {
        Map<RateClass, Long> rates = new EnumMap<>(RateClass.class);
        for (RateClass rateClass : RateClass.values()) {
            rates.put(rateClass, 1_000_000L + rates.size());
        }
        PricePublished price =
                new PricePublished(
                        "google",
                        "gemini",
                        Instant.parse("2026-08-01T00:00:00Z"),
                        "operator",
                        new PriceTerms(
                                new TieredRates(
                                        new Rates(rates),
                                        List.of(
                                                new LongContextRates(200_000, Rates.of(2, 3)),
                                                new LongContextRates(
                                                        512_000,
                                                        new Rates(
                                                                Map.of(
                                                                        RateClass.CACHED_INPUT,
                                                                        4L))))),
                                Map.of(
                                        ServiceTier.PRIORITY,
                                        TieredRates.flat(new Rates(Map.of(RateClass.INPUT, 5L))),
                                        ServiceTier.BATCH,
                                        new TieredRates(
                                                Rates.of(6, 7),
                                                List.of(
                                                        new LongContextRates(
                                                                200_000, Rates.of(8, 9)))))),
                        false,
                        Instant.parse("2026-09-01T00:00:00Z"),
                        "https://example.org/prices",
                        "{\"input\": 1e-6}");

        assertGolden(
                PriceCodec.write(price),
                "{\"schema\":1,\"provider\":\"google\",\"model\":\"gemini\","
                        + "\"effective_from\":\"2026-08-01T00:00:00Z\",\"source\":\"operator\","
                        + "\"verified\":false,\"rates\":{\"input\":0.000001,"
                        + "\"output\":0.000001000001,\"cached_input\":0.000001000002,"
                        + "\"cache_write\":0.000001000003,\"cache_write_1h\":0.000001000004,"
                        + "\"reasoning\":0.000001000005,\"audio_input\":0.000001000006,"
                        + "\"audio_output\":0.000001000007,\"image_input\":0.000001000008,"
                        + "\"image_output\":0.000001000009,\"request\":0.00000100001},"
                        + "\"long_context\":[{\"above_input_tokens\":200000,"
                        + "\"rates\":{\"input\":0.000000000002,\"output\":0.000000000003}},"
                        + "{\"above_input_tokens\":512000,"
                        + "\"rates\":{\"cached_input\":0.000000000004}}],"
                        + "\"service_tiers\":{\"batch\":{\"rates\":{\"input\":0.000000000006,"
                        + "\"output\":0.000000000007},\"long_context\":[{"
                        + "\"above_input_tokens\":200000,\"rates\":{\"input\":0.000000000008,"
                        + "\"output\":0.000000000009}}]},"
                        + "\"priority\":{\"rates\":{\"input\":0.000000000005}}},"
                        + "\"ends_at\":\"2026-09-01T00:00:00Z\","
                        + "\"source_url\":\"https://example.org/prices\","
                        + "\"raw\":\"{\\\"input\\\": 1e-6}\"}");
        assertThat(PriceCodec.read(PriceCodec.write(price))).isEqualTo(price);
    }

    private static void assertGolden(byte[] bytes, String expected) {
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(expected);
    }
}
