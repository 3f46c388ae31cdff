package tekton.budget.poller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.catalogue.BuiltInPrices;
import tekton.budget.event.PricePublished;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.poller.feed.LiteLlmFeed;
import tekton.budget.poller.reconcile.KnownFindings;
import tekton.budget.poller.reconcile.KnownPrices;
import tekton.budget.poller.reconcile.Reconciliation;
import tekton.budget.poller.reconcile.SourceQuotes;
import tekton.budget.pricing.Holds;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/** What allocations hold by the real price map beside the built-in prices. */
class RealHoldsTest {

    private static final Path FILE =
            Path.of(System.getProperty("user.dir"))
                    .resolve("../../shared/prices/litellm_model_prices.json")
                    .normalize();

    private static final Instant READ = Instant.parse("2026-11-23T12:00:00Z");

    private static final long NOW = READ.plus(Duration.ofDays(1)).toEpochMilli();

    private static PriceBook book = PriceBook.EMPTY;

    @BeforeAll
    static void read() throws Exception {
        assumeTrue(Files.exists(FILE), "skipped: the real price map is not at " + FILE);
        KnownPrices known = new KnownPrices();
        BuiltInPrices.load().forEach(known::add);
        List<SourceQuotes> sources =
                List.of(
                        new SourceQuotes(
                                "litellm",
                                90,
                                "https://litellm",
                                new LiteLlmFeed().read(Files.readAllBytes(FILE))));
        List<PricePublished> prices =
                new Reconciliation(sources, known, new KnownFindings(), 10, READ)
                        .changes()
                        .prices();
        book = PriceBook.of(Stream.concat(BuiltInPrices.load().stream(), prices.stream()).toList());
    }

    /** 300,000 tokens cost at most 0.54 at the standard rate, and 0.72 at priority. */
    @Test
    void shouldHoldTheDearestServiceTier() {
        HoldPrice hold = hold("openai", "gpt-5.6-luna", null, 300_000);

        assertThat(hold.of(300_000, 1)).isEqualTo(Money.parse("0.72"));
    }

    @Test
    void shouldHoldAFee() {
        HoldPrice hold = hold("perplexity", "pplx-70b-online", null, 10);

        assertThat(hold.of(10, 1)).isEqualTo(Money.parse("0.005028"));
        assertThat(hold.of(10, 4)).isEqualTo(Money.parse("0.020028"));
    }

    @Test
    void shouldHoldOneProvidersDearestWhenNoModelIsNamed() {
        HoldPrice anthropic = hold("anthropic", null, null, 10_000);
        HoldPrice any = hold(null, null, null, 10_000);

        assertThat(anthropic.ratePico()).isPositive().isLessThan(any.ratePico());
        for (PriceMatch each : book.inForce(NOW)) {
            if (each.price().provider().equals("anthropic")) {
                assertThat(each.dearestRate(EnumSet.allOf(ServiceTier.class), 10_000))
                        .isLessThanOrEqualTo(anthropic.ratePico());
            }
        }
    }

    /** Of every model, in every service tier, whatever the tokens of a call are. */
    @Test
    void shouldHoldAllThatRatingCharges() {
        Random random = new Random(20_261_123);
        int models = 0;
        for (PriceMatch each : book.inForce(NOW)) {
            String provider = each.price().provider();
            String model = each.price().model();
            for (long tokens : List.of(1L, 1_000L, 250_000L, 2_000_000L)) {
                HoldPrice any = hold(provider, model, null, tokens);
                assertThat(any.estimate()).isLessThanOrEqualTo(any.of(tokens, 1));
                for (ServiceTier tier : ServiceTier.values()) {
                    HoldPrice named = hold(provider, model, tier, tokens);
                    Money cost = call(random, each, tier, tokens);
                    assertThat(cost)
                            .as("%s/%s", provider, model)
                            .isLessThanOrEqualTo(named.of(tokens, 1));
                    assertThat(named.of(tokens, 1)).isLessThanOrEqualTo(any.of(tokens, 1));
                    assertThat(named.estimate()).isLessThanOrEqualTo(named.of(tokens, 1));
                }
            }
            models++;
        }
        assertThat(models).isGreaterThan(2_300);
    }

    private static HoldPrice hold(
            @Nullable String provider,
            @Nullable String model,
            @Nullable ServiceTier tier,
            long tokens) {
        return Objects.requireNonNull(
                Holds.of(
                        book,
                        new Holds.HoldRequest(provider, model, null, tier, tokens),
                        NOW,
                        NOW + Duration.ofDays(1).toMillis()));
    }

    private static Money call(Random random, PriceMatch match, ServiceTier tier, long tokens) {
        long input = random.nextInt(3) == 0 ? tokens : random.nextLong(tokens + 1);
        long output = tokens - input;
        long cached = random.nextLong(input + 1);
        long written = random.nextLong(input - cached + 1);
        long audioIn = random.nextLong(input - cached - written + 1);
        long imageIn = random.nextLong(input - cached - written - audioIn + 1);
        long reasoning = random.nextLong(output + 1);
        long audioOut = random.nextLong(output - reasoning + 1);
        long imageOut = random.nextLong(output - reasoning - audioOut + 1);
        return match.charge(
                        new TokenCounts(input, output, cached, written, reasoning),
                        new TokenDetails(
                                random.nextLong(written + 1), audioIn, audioOut, imageIn, imageOut),
                        tier)
                .total();
    }
}
