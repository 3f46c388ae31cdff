package tekton.budget.pricing;

import tekton.budget.event.PricePublished;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** The version that was found for a provider, a model and an instant, and how. Immutable. */
public final class PriceMatch {

    private final Version version;
    private final MatchedBy by;

    PriceMatch(Version version, MatchedBy by) {
        this.version = version;
        this.by = by;
    }

    /** The version; its provider and model are what matched. */
    public PricePublished price() {
        return version.price();
    }

    /** How it was found. */
    public MatchedBy by() {
        return by;
    }

    /** What one request costs, exact. */
    public Charge charge(TokenCounts tokens, TokenDetails details, ServiceTier serviceTier) {
        FlatRates rates = version.table().rates(serviceTier, tokens.input());
        long input = rates.inputCost(tokens, details);
        long output = rates.outputCost(tokens, details);
        boolean charged = input > 0 || output > 0 || rates.request() > 0;
        return new Charge(
                input, output, rates.request(), version.id(), charged && !knows(serviceTier));
    }

    /** True when the price has rates of that service tier; else it charges the standard's. */
    public boolean knows(ServiceTier serviceTier) {
        return version.table().knows(serviceTier);
    }

    /** What that is made of; the lines add up to the charge. */
    public List<ChargeLine> lines(
            TokenCounts tokens, TokenDetails details, ServiceTier serviceTier) {
        return version.table().rates(serviceTier, tokens.input()).lines(tokens, details);
    }

    /** What a standard request with so many plain tokens costs, exact. */
    public Money cost(long inputTokens, long outputTokens) {
        return cost(inputTokens, outputTokens, ServiceTier.STANDARD);
    }

    /** What a request with so many plain tokens costs, exact. */
    public Money cost(long inputTokens, long outputTokens, ServiceTier serviceTier) {
        return charge(TokenCounts.of(inputTokens, outputTokens), TokenDetails.NONE, serviceTier)
                .total();
    }

    /**
     * The size of input beyond which the rates of a request with so many input tokens hold; 0 for
     * those of ordinary size.
     */
    public long longContextAbove(ServiceTier serviceTier, long inputTokens) {
        return version.table().above(serviceTier, inputTokens);
    }

    /**
     * The dearest rate, in pico-USD per token, that a token of a request of at most so many tokens
     * may have in any of those service tiers.
     */
    public long dearestRate(Set<ServiceTier> tiers, long tokensMax) {
        return version.table().dearest(tiers, tokensMax);
    }

    /**
     * The dearest rate, in pico-USD per token, of the input of a request with exactly so much of
     * it, in any of those service tiers.
     */
    public long dearestInputRate(Set<ServiceTier> tiers, long inputTokens) {
        return version.table().dearestInput(tiers, inputTokens);
    }

    /** The sizes of input beyond which other rates hold in one of those service tiers. */
    public LongStream longContextSizes(Set<ServiceTier> tiers) {
        return version.table().sizes(tiers);
    }

    /** The dearest fee, in pico-USD, that such a request may have. */
    public long dearestRequest(Set<ServiceTier> tiers, long tokensMax) {
        return version.table().dearestRequest(tiers, tokensMax);
    }
}
