package tekton.budget.poller.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

/**
 * What users of other meters have reported as wrongly charged, with the amount that the provider's
 * published rates make, by the real price map and the built-in prices behind it.
 */
class PublicReportsTest {

    private static PriceBook book = PriceBook.EMPTY;

    @BeforeAll
    static void poll() throws Exception {
        book = RealPoll.make().book();
    }

    @ParameterizedTest(name = "{0}: {1} {2} {6}")
    @CsvSource({
        // Cached tokens in batch.
        "P11b, openai, gpt-5.6-luna, 200000, 100000, 0, batch, 0.011",
        // Dated snapshots.
        "P15a, openai, gpt-4o-mini-2024-07-18, 1000, 0, 1000, priority, 0.00125",
        "P15b, openai, gpt-4.1-2025-04-14, 1000, 0, 1000, priority, 0.0175",
        "P54, openai, gpt-4o-2024-08-06, 1000, 0, 1000, priority, 0.02125",
        // A tier that the list has wrong.
        "P16, openai, gpt-5.5, 1000, 0, 1000, priority, 0.0875",
        "like P16, google, gemini-2.5-pro, 1000, 0, 1000, priority, 0.02025",
        // Names of providers.
        "P26e, aws.bedrock, anthropic.claude-haiku-4-5-20251001-v1:0, 1000, 0, 1000, standard,"
                + " 0.006",
        "P33a, gcp.gemini, gemini-2.5-flash, 1000, 0, 1000, standard, 0.0028",
        "P33d, mistral_ai, mistral-large-2411, 1000, 0, 1000, standard, 0.008",
        "P34c, google_genai, gemini-2.5-flash, 1000, 0, 1000, standard, 0.0028",
        "P34f, openai.responses, gpt-4.1, 1000, 0, 1000, standard, 0.01",
        "P34h, google.generative-ai, gemini-2.5-flash, 1000, 0, 1000, standard, 0.0028",
        // Names of models.
        "P27a, openai, ft:gpt-4.1-2025-04-14:acme::AbC123, 1000, 0, 1000, standard, 0.015",
        "P30, google, gemini-flash-latest, 1000, 0, 1000, standard, 0.0028",
        "P31, google, models/gemini-2.5-flash, 1000, 0, 1000, standard, 0.0028",
        "P52c, bedrock, converse/us.anthropic.claude-haiku-4-5-20251001-v1:0, 1000, 0, 1000,"
                + " standard, 0.0066",
        // Batch is half.
        "P44, anthropic, claude-sonnet-4-5-20250929, 1000, 0, 1000, batch, 0.009",
        "P44c, anthropic, claude-haiku-4-5, 1000, 0, 1000, batch, 0.003",
        "P44d, anthropic, claude-sonnet-4-6, 1000, 0, 1000, batch, 0.009",
        "P45, google, gemini-2.5-flash, 1000, 0, 1000, batch, 0.0014",
        "P45b, google, gemini-2.5-pro, 1000, 0, 1000, batch, 0.005625",
        "like P45, vertex_ai, gemini-2.5-flash, 1000, 0, 1000, batch, 0.0014",
        "P56, openai, o3, 1000, 0, 1000, batch, 0.005",
        // A cached rate that the list lacks.
        "Mistral, mistral, mistral-large-2411, 1000, 1000, 0, standard, 0.0002",
    })
    void shouldChargeWhatTheProviderPublishes(
            String report,
            String provider,
            String model,
            long input,
            long cached,
            long output,
            String tier,
            String usd) {
        ServiceTier serviceTier = ServiceTier.parse(tier).orElseThrow();
        PriceMatch match = book.match(provider, model, RealPoll.LATER_MS).orElseThrow();

        assertThat(
                        match.charge(
                                        new TokenCounts(input, output, cached, 0, 0),
                                        TokenDetails.NONE,
                                        serviceTier)
                                .total())
                .as(report)
                .isEqualTo(Money.parse(usd));
        assertThat(match.knows(serviceTier)).isTrue();
    }
}
