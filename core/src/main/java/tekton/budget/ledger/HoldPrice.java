package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Money;
import tekton.budget.value.Providers;
import tekton.budget.value.Tier;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * What an allocation's tokens and requests may cost at most, and what they are expected to cost. In
 * pico-USD. The most is that of everything the allocation leaves open; {@code parts} narrow it for
 * limits of one tier or one provider. What has no part is held at the most, so leaving one out is
 * never too little.
 *
 * @param version the price version in force; empty when the allocation leaves provider or model
 *     open
 * @param ratePico the dearest rate of a token; of a model that is named, at ordinary size
 * @param estimate a quarter of the tokens as input and the rest as output in one request; for
 *     display
 * @param requestPico the dearest fee of a request; null when there is none
 * @param parts the same by tier and provider; null when nothing is open
 * @param longContext what tokens may cost in requests beyond a size, smallest first; null when no
 *     size that can be reached is dearer, or the model is open
 */
public record HoldPrice(
        String version,
        long ratePico,
        Money estimate,
        @Nullable Long requestPico,
        @Nullable List<HoldPart> parts,
        @Nullable List<LongContextPrice> longContext) {

    /**
     * The most tiers and providers that a request tells apart; those beyond are held at the most.
     */
    public static final int PARTS_MAX = 256;

    /** The most of them that an allocation keeps. */
    private static final int KEPT_MAX = 32;

    /**
     * What tokens and requests may cost at most in one tier or at one provider.
     *
     * @param tier the tier; null for any
     * @param provider the provider: in a request as prices are listed, in an allocation as the
     *     limit names it; null for any
     */
    public record HoldPart(
            @Nullable Tier tier,
            @Nullable String provider,
            long ratePico,
            @Nullable Long requestPico) {

        private boolean isOf(Scope limit) {
            return tier == limit.tier() && Objects.equals(provider, limit.provider());
        }

        private boolean mayRate(@Nullable String usedAt) {
            String listed = provider;
            return usedAt == null || listed == null || Providers.mayBeRatedBy(usedAt, listed);
        }
    }

    /**
     * What tokens may cost when a request has more than so much input. That takes as many tokens of
     * input, at the price of input; only the others may cost the most.
     *
     * @param aboveInputTokens the size
     * @param inputPico the dearest rate of input in such a request
     * @param ratePico the dearest rate of any token up to the next size, at least {@code inputPico}
     */
    public record LongContextPrice(long aboveInputTokens, long inputPico, long ratePico) {

        private Money of(long tokens) {
            long input = aboveInputTokens + 1;
            return Money.ofPico(inputPico, input).plus(Money.ofPico(ratePico, tokens - input));
        }
    }

    /** That of what leaves provider or model open. */
    public static final String NO_VERSION = "";

    public HoldPrice {
        parts = parts == null ? null : List.copyOf(parts);
        longContext = longContext == null ? null : List.copyOf(longContext);
    }

    /** True when it is not of one model. */
    public boolean leavesOpen() {
        return version.isEmpty();
    }

    /**
     * What so many tokens and requests cost at most, wherever they are used. Taken apart into draws
     * they never cost more: the most of all is at least the most of a draw and of the rest.
     */
    public Money of(long tokens, long requests) {
        Money most = Money.ofPico(ratePico, tokens);
        if (longContext != null) {
            for (LongContextPrice size : longContext) {
                if (tokens > size.aboveInputTokens && size.of(tokens).compareTo(most) > 0) {
                    most = size.of(tokens);
                }
            }
        }
        return most.plus(Money.ofPico(orZero(requestPico), requests));
    }

    /** What so many tokens and requests may cost at most under a limit of that scope. */
    public Money of(Scope limit, long tokens, long requests) {
        if (parts != null) {
            for (HoldPart part : parts) {
                if (part.isOf(limit)) {
                    return Money.ofPico(part.ratePico, tokens)
                            .plus(Money.ofPico(orZero(part.requestPico), requests));
                }
            }
        }
        return of(tokens, requests);
    }

    /**
     * As an allocation keeps it: with one part for each tier and provider that the limits name. Of
     * a provider whose prices are not known, and of a tier that none of its models has, nothing is
     * said: usage there is held at the most.
     */
    public HoldPrice keptFor(Collection<Scope> limits) {
        if (parts == null) {
            return this;
        }
        List<HoldPart> kept = new ArrayList<>();
        for (Scope limit : limits) {
            boolean names = limit.tier() != null || limit.provider() != null;
            if (names && kept.size() < KEPT_MAX && kept.stream().noneMatch(p -> p.isOf(limit))) {
                kept.add(within(limit));
            }
        }
        return new HoldPrice(
                version, ratePico, estimate, requestPico, kept.isEmpty() ? null : kept, null);
    }

    private HoldPart within(Scope limit) {
        List<HoldPart> served =
                Objects.requireNonNull(parts).stream()
                        .filter(part -> part.mayRate(limit.provider()))
                        .toList();
        List<HoldPart> ofTier =
                served.stream()
                        .filter(part -> limit.tier() == null || part.tier == limit.tier())
                        .toList();
        List<HoldPart> found = ofTier.isEmpty() ? served : ofTier;
        if (found.isEmpty()) {
            return new HoldPart(limit.tier(), limit.provider(), ratePico, requestPico);
        }
        long request = found.stream().mapToLong(part -> orZero(part.requestPico)).max().orElse(0);
        return new HoldPart(
                limit.tier(),
                limit.provider(),
                found.stream().mapToLong(HoldPart::ratePico).max().orElse(ratePico),
                request == 0 ? null : request);
    }

    private static long orZero(@Nullable Long pico) {
        return pico == null ? 0 : pico;
    }
}
