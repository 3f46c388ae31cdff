package tekton.budget.pricing;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.event.UsageReported;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Prices and records from a seed: few names and instants, so that they meet. */
final class RandomPrices {

    static final long TIME_MAX = 1_000;

    private static final List<String> PROVIDERS = List.of("openai", "anthropic", "openrouter");

    private static final List<String> MODELS =
            List.of(
                    "m",
                    "m-2026-01-01",
                    "m-2026-06-01",
                    "m-latest",
                    "openai/m",
                    "anthropic/m-20260101");

    private static final List<String> SOURCES = List.of("built-in", "litellm", "operator");

    private final RandomGenerator random;

    RandomPrices(RandomGenerator random) {
        this.random = random;
    }

    List<PricePublished> history() {
        List<PricePublished> prices = new ArrayList<>();
        for (int i = random.nextInt(30); i >= 0; i--) {
            prices.add(price(random.nextLong(TIME_MAX)));
        }
        return prices;
    }

    PricePublished price(long fromMs) {
        PricePublished price =
                new PricePublished(
                        pick(PROVIDERS),
                        pick(MODELS),
                        Instant.ofEpochMilli(fromMs),
                        pick(SOURCES),
                        terms(),
                        random.nextBoolean(),
                        null,
                        null,
                        null);
        return random.nextInt(4) == 0
                ? price.endedAt(Instant.ofEpochMilli(fromMs + random.nextLong(TIME_MAX)))
                : price;
    }

    PriceTerms terms() {
        Map<ServiceTier, TieredRates> others = new EnumMap<>(ServiceTier.class);
        for (ServiceTier tier : ServiceTier.values()) {
            if (tier != ServiceTier.STANDARD && random.nextBoolean()) {
                others.put(
                        tier, new TieredRates(some(), random.nextBoolean() ? sizes() : List.of()));
            }
        }
        return new PriceTerms(new TieredRates(complete(), sizes()), others);
    }

    UsageReported usage() {
        long cached = random.nextLong(1_000);
        long cacheWrite = random.nextLong(1_000);
        long reasoning = random.nextLong(1_000);
        TokenDetails details =
                random.nextBoolean()
                        ? TokenDetails.NONE
                        : new TokenDetails(
                                random.nextLong(cacheWrite + 1),
                                random.nextLong(1_000),
                                random.nextLong(1_000),
                                random.nextLong(1_000),
                                random.nextLong(1_000));
        return new UsageReported(
                "r",
                "c",
                "x",
                pick(PROVIDERS),
                pick(MODELS),
                null,
                null,
                null,
                null,
                new TokenCounts(
                        cached
                                + cacheWrite
                                + details.audioInput()
                                + details.imageInput()
                                + random.nextLong(3_000),
                        reasoning
                                + details.audioOutput()
                                + details.imageOutput()
                                + random.nextLong(3_000),
                        cached,
                        cacheWrite,
                        reasoning),
                details,
                pick(List.of(ServiceTier.values())),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private List<LongContextRates> sizes() {
        List<LongContextRates> sizes = new ArrayList<>();
        long above = 0;
        for (int i = random.nextInt(3); i > 0; i--) {
            above += 1 + random.nextLong(3_000);
            sizes.add(new LongContextRates(above, some()));
        }
        return sizes;
    }

    private Rates complete() {
        Map<RateClass, Long> rates = new EnumMap<>(RateClass.class);
        rates.putAll(some().byClass());
        rates.put(RateClass.INPUT, random.nextLong(RateClass.TOKEN_MAX + 1));
        rates.put(RateClass.OUTPUT, random.nextLong(RateClass.TOKEN_MAX + 1));
        return new Rates(rates);
    }

    private Rates some() {
        Map<RateClass, Long> rates = new EnumMap<>(RateClass.class);
        for (RateClass rateClass : RateClass.values()) {
            if (random.nextInt(3) == 0) {
                rates.put(rateClass, random.nextLong(rateClass.max() + 1));
            }
        }
        return new Rates(rates);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
