package tekton.budget.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tekton.budget.catalogue.BuiltInPrices;
import tekton.budget.pricing.Charge;
import tekton.budget.pricing.ChargeLine;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;

import java.util.stream.Stream;

/**
 * What providers say that requests cost, worked out by hand from their pages, against the built-in
 * prices. Amounts are USD.
 */
class ProviderExamplesTest {

    private static final PriceBook BOOK = PriceBook.of(BuiltInPrices.load());

    /**
     * A request and its cost.
     *
     * @param source the page that states rates and rule
     */
    record Example(
            String what,
            String provider,
            String model,
            ServiceTier serviceTier,
            TokenCounts tokens,
            TokenDetails details,
            String cost,
            String source) {

        @Override
        public String toString() {
            return what;
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void shouldCostWhatTheProviderSays(Example example) {
        PriceMatch match = BOOK.match(example.provider(), example.model(), 0).orElseThrow();

        Charge charge = match.charge(example.tokens(), example.details(), example.serviceTier());

        assertThat(charge.total()).as(example.source()).isEqualTo(Money.parse(example.cost()));
        assertThat(
                        match
                                .lines(example.tokens(), example.details(), example.serviceTier())
                                .stream()
                                .map(ChargeLine::cost)
                                .reduce(Money.ZERO, Money::plus))
                .isEqualTo(charge.total());
    }

    static Stream<Example> examples() {
        return Stream.of(
                plain(
                        "the guide's example: 100 x 15 + 250 x 75 per million",
                        "anthropic",
                        "claude-3-opus-20240229",
                        TokenCounts.of(100, 250),
                        "0.02025",
                        "Tekton's integration guide"),
                plain(
                        "cached prompt, the usage that xAI shows: 27 x 2 + 98 x 0.30 + 48 x 6",
                        "xai",
                        "grok-4.5",
                        new TokenCounts(125, 48, 98, 0, 0),
                        "0.0003714",
                        "https://docs.x.ai/developers/advanced-api-usage/prompt-caching/"
                                + "usage-and-pricing"),
                plain(
                        "cache written for 5 minutes, then read: 1.25 and 0.1 times the input",
                        "anthropic",
                        "claude-opus-4-5",
                        new TokenCounts(50 + 1_000 + 100_000, 500, 100_000, 1_000, 0),
                        "0.069",
                        "https://platform.claude.com/docs/en/about-claude/pricing"),
                new Example(
                        "cache written for an hour: 2 times the input, beside 1.25 times",
                        "anthropic",
                        "claude-opus-4-5",
                        ServiceTier.STANDARD,
                        new TokenCounts(3_000, 0, 0, 3_000, 0),
                        new TokenDetails(1_000, 0, 0, 0, 0),
                        "0.0225",
                        "https://platform.claude.com/docs/en/about-claude/pricing"),
                plain(
                        "long context, up to the threshold: 3 and 15",
                        "anthropic",
                        "claude-sonnet-4-20250514",
                        TokenCounts.of(200_000, 1_000),
                        "0.615",
                        "https://docs.anthropic.com/en/docs/about-claude/pricing"),
                plain(
                        "long context, beyond: 6 and 22.50 for all tokens",
                        "anthropic",
                        "claude-sonnet-4-20250514",
                        TokenCounts.of(200_001, 1_000),
                        "1.222506",
                        "https://docs.anthropic.com/en/docs/about-claude/pricing"),
                plain(
                        "long context by cached input: 190,000 x 0.60 + 10,001 x 6 + 1,000 x 22.50",
                        "anthropic",
                        "claude-sonnet-4-20250514",
                        new TokenCounts(200_001, 1_000, 190_000, 0, 0),
                        "0.196506",
                        "https://docs.anthropic.com/en/docs/about-claude/pricing"),
                plain(
                        "prompts above 200k tokens: 2.50 and 15",
                        "google",
                        "gemini-2.5-pro",
                        TokenCounts.of(300_000, 2_000),
                        "0.78",
                        "https://ai.google.dev/gemini-api/docs/pricing"),
                plain(
                        "output price includes thinking tokens: 100 x 1.25 + 1,000 x 10",
                        "google",
                        "gemini-2.5-pro",
                        new TokenCounts(100, 1_000, 0, 0, 900),
                        "0.010125",
                        "https://ai.google.dev/gemini-api/docs/pricing"),
                new Example(
                        "audio in: 1.00 instead of 0.30 for text, images and video",
                        "google",
                        "gemini-2.5-flash",
                        ServiceTier.STANDARD,
                        TokenCounts.of(10_000, 0),
                        new TokenDetails(0, 4_000, 0, 0, 0),
                        "0.0058",
                        "https://ai.google.dev/gemini-api/docs/pricing"),
                new Example(
                        "images out: 120 instead of 12",
                        "google",
                        "gemini-3-pro-image",
                        ServiceTier.STANDARD,
                        TokenCounts.of(0, 1_220),
                        new TokenDetails(0, 0, 0, 0, 1_120),
                        "0.1356",
                        "https://ai.google.dev/gemini-api/docs/pricing"),
                plain(
                        "at 200,000 tokens xAI's long context has begun: 4 and 12",
                        "xai",
                        "grok-4.7",
                        TokenCounts.of(200_000, 1_000),
                        "0.812",
                        "https://docs.x.ai/developers/pricing"),
                plain(
                        "one token less: 2 and 6",
                        "xai",
                        "grok-4.7",
                        TokenCounts.of(199_999, 1_000),
                        "0.405998",
                        "https://docs.x.ai/developers/pricing"),
                plain(
                        "more than 272K: input and cache rates double, output costs 1.5 times",
                        "openai",
                        "gpt-6.2-sol",
                        new TokenCounts(300_000, 1_000, 100_000, 50_000, 400),
                        "0.885",
                        "https://developers.openai.com/api/docs/models/gpt-6.2-sol"),
                new Example(
                        "batch costs 50 %",
                        "openai",
                        "gpt-6.2-sol",
                        ServiceTier.BATCH,
                        TokenCounts.of(100_000, 1_000),
                        TokenDetails.NONE,
                        "0.105",
                        "https://developers.openai.com/api/docs/models/gpt-6.2-sol"),
                new Example(
                        "batch costs 50 % of the long context's rates too",
                        "openai",
                        "gpt-6.2-sol",
                        ServiceTier.BATCH,
                        TokenCounts.of(300_000, 1_000),
                        TokenDetails.NONE,
                        "0.6075",
                        "https://developers.openai.com/api/docs/models/gpt-6.2-sol"),
                new Example(
                        "batch of a long prompt: half of 0.50 and 2.50",
                        "anthropic",
                        "claude-haiku-5-5",
                        ServiceTier.BATCH,
                        TokenCounts.of(200_000, 10_000),
                        TokenDetails.NONE,
                        "0.0625",
                        "https://platform.claude.com/docs/en/models/haiku-5-5/overview"),
                new Example(
                        "batch: 7.50 and 37.50",
                        "anthropic",
                        "claude-opus-4-1",
                        ServiceTier.BATCH,
                        TokenCounts.of(1_000_000, 1_000_000),
                        TokenDetails.NONE,
                        "45",
                        "https://docs.anthropic.com/en/docs/about-claude/pricing"),
                new Example(
                        "priority: 5, 0.50 and 30",
                        "openai",
                        "gpt-5.4",
                        ServiceTier.PRIORITY,
                        new TokenCounts(10_000, 1_000, 4_000, 0, 0),
                        TokenDetails.NONE,
                        "0.062",
                        "https://developers.openai.com/api/docs/pricing"),
                plain(
                        "reasoning is output: 1,200 x 8, whatever part of it",
                        "openai",
                        "o3",
                        new TokenCounts(1_000, 1_200, 0, 0, 1_024),
                        "0.0116",
                        "https://developers.openai.com/api/docs/pricing"),
                plain(
                        "input read from a cache: 27 x 0.28 + 1,000 x 0.028 + 100 x 0.42",
                        "deepseek",
                        "deepseek-chat",
                        new TokenCounts(1_027, 100, 1_000, 0, 0),
                        "0.00007756",
                        "https://api-docs.deepseek.com/quick_start/pricing"));
    }

    private static Example plain(
            String what,
            String provider,
            String model,
            TokenCounts tokens,
            String cost,
            String source) {
        return new Example(
                what,
                provider,
                model,
                ServiceTier.STANDARD,
                tokens,
                TokenDetails.NONE,
                cost,
                source);
    }
}
