package tekton.budget.metering.ledger.rules;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.pricing.ChargeLine;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Price lists as wild as prices may be, and calls that use every class of token. */
final class RandomPrices {

    static final List<String> PROVIDERS = List.of("p0", "p1", "p2");

    /** Of all three tiers, by Tekton's table. */
    static final List<String> MODELS = List.of("codellama", "mistral", "gpt-4");

    /** The sizes of input beyond which rates may differ. */
    static final List<Long> SIZES = List.of(20L, 60L);

    static final Set<RateClass> FEE = EnumSet.of(RateClass.REQUEST);

    static final Set<RateClass> TOKENS = EnumSet.complementOf(EnumSet.of(RateClass.REQUEST));

    static final Set<RateClass> INPUT =
            EnumSet.of(
                    RateClass.INPUT,
                    RateClass.CACHED_INPUT,
                    RateClass.CACHE_WRITE,
                    RateClass.CACHE_WRITE_1H,
                    RateClass.AUDIO_INPUT,
                    RateClass.IMAGE_INPUT);

    private RandomPrices() {}

    /** What one call used. */
    record Call(TokenCounts tokens, TokenDetails details) {}

    static String provider(Random random) {
        return one(random, PROVIDERS);
    }

    static String model(Random random) {
        return one(random, MODELS);
    }

    static Tier tier(Random random) {
        return one(random, List.of(Tier.values()));
    }

    static ServiceTier serviceTier(Random random) {
        return one(random, List.of(ServiceTier.values()));
    }

    private static <T> T one(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Most models of most providers; some change their price in the hours from an instant on. */
    static List<PricePublished> book(Random random, long fromMs) {
        List<PricePublished> prices = new ArrayList<>();
        for (String provider : PROVIDERS) {
            for (String model : MODELS) {
                if (random.nextInt(4) > 0) {
                    prices.add(price(random, provider, model, 0, "litellm"));
                    if (random.nextInt(3) == 0) {
                        prices.add(price(random, provider, model, soon(random, fromMs), "litellm"));
                    }
                    if (random.nextInt(4) == 0) {
                        prices.add(
                                price(random, provider, model, soon(random, fromMs), "operator"));
                    }
                }
            }
        }
        return prices;
    }

    private static long soon(Random random, long fromMs) {
        return fromMs + random.nextLong(Duration.ofHours(6).toMillis());
    }

    private static PricePublished price(
            Random random, String provider, String model, long fromMs, String source) {
        Map<ServiceTier, TieredRates> others = new EnumMap<>(ServiceTier.class);
        for (ServiceTier tier : ServiceTier.values()) {
            if (tier != ServiceTier.STANDARD && random.nextInt(3) == 0) {
                others.put(tier, tiered(random, some(random)));
            }
        }
        return new PricePublished(
                provider,
                model,
                Instant.ofEpochMilli(fromMs),
                source,
                new PriceTerms(tiered(random, complete(random)), others),
                true,
                null,
                null,
                null);
    }

    private static TieredRates tiered(Random random, Rates rates) {
        List<LongContextRates> sizes = new ArrayList<>();
        for (long above : SIZES) {
            if (random.nextInt(3) == 0) {
                sizes.add(new LongContextRates(above, some(random)));
            }
        }
        return new TieredRates(rates, sizes);
    }

    private static Rates complete(Random random) {
        return Rates.of(random.nextInt(100), random.nextInt(100)).replacedBy(some(random));
    }

    private static Rates some(Random random) {
        Map<RateClass, Long> rates = new EnumMap<>(RateClass.class);
        for (RateClass each : RateClass.values()) {
            if (random.nextInt(each == RateClass.REQUEST ? 3 : 5) == 0) {
                rates.put(
                        each,
                        Long.valueOf(random.nextInt(each == RateClass.REQUEST ? 2_000 : 200)));
            }
        }
        if (rates.isEmpty()) {
            rates.put(RateClass.OUTPUT, Long.valueOf(random.nextInt(200)));
        }
        return new Rates(rates);
    }

    /** A call of at most so many tokens, often of exactly so many, and sometimes of none. */
    static Call call(Random random, long most) {
        long all = random.nextInt(3) == 0 ? most : random.nextLong(most + 1);
        long input = random.nextLong(all + 1);
        long output = all - input;
        long cached = random.nextLong(input + 1);
        long written = random.nextLong(input - cached + 1);
        long audioIn = random.nextLong(input - cached - written + 1);
        long imageIn = random.nextLong(input - cached - written - audioIn + 1);
        long reasoning = random.nextLong(output + 1);
        long audioOut = random.nextLong(output - reasoning + 1);
        long imageOut = random.nextLong(output - reasoning - audioOut + 1);
        return new Call(
                new TokenCounts(input, output, cached, written, reasoning),
                new TokenDetails(
                        random.nextLong(written + 1), audioIn, audioOut, imageIn, imageOut));
    }

    /** What rating charges a call with so much input whose tokens are of one class. */
    static List<ChargeLine> lines(
            PriceMatch match, RateClass rateClass, long input, ServiceTier serviceTier) {
        long cached = rateClass == RateClass.CACHED_INPUT ? input : 0;
        long hour = rateClass == RateClass.CACHE_WRITE_1H ? input : 0;
        long written = rateClass == RateClass.CACHE_WRITE ? input : hour;
        long audioIn = rateClass == RateClass.AUDIO_INPUT ? input : 0;
        long imageIn = rateClass == RateClass.IMAGE_INPUT ? input : 0;
        long reasoning = rateClass == RateClass.REASONING ? 1 : 0;
        long audioOut = rateClass == RateClass.AUDIO_OUTPUT ? 1 : 0;
        long imageOut = rateClass == RateClass.IMAGE_OUTPUT ? 1 : 0;
        return match.lines(
                new TokenCounts(input, 1, cached, written, reasoning),
                new TokenDetails(hour, audioIn, audioOut, imageIn, imageOut),
                serviceTier);
    }
}
