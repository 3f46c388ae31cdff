package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.HoldPrice.HoldPart;
import tekton.budget.ledger.HoldPrice.LongContextPrice;
import tekton.budget.value.Money;
import tekton.budget.value.Providers;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;
import tekton.budget.value.UsageBounds;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * What an allocation is held at: an upper bound of what rating can charge for what it allows, by
 * the very rates that rating uses. Of any class of token, in any service tier unless one is named,
 * at any size of input that its tokens can reach, by every price that is known to hold while it
 * lives. Pure.
 */
public final class Holds {

    /** Clocks differ: usage may say that it was so much earlier or later than it was. */
    private static final long SKEW_MS = UsageBounds.AHEAD_MAX.toMillis();

    private final Set<ServiceTier> serviceTiers;
    private final long tokens;
    private final Map<HoldPlace, HoldPart> parts = new HashMap<>();

    private record HoldPlace(Tier tier, String provider) {}

    /**
     * What is asked for.
     *
     * @param provider who serves the model; null when that is open
     * @param model the model; null when that is open
     * @param tier the tier that was asked for; null when that is open
     * @param serviceTier the only service tier that it is for; null for any
     * @param tokens how many tokens
     */
    public record HoldRequest(
            @Nullable String provider,
            @Nullable String model,
            @Nullable Tier tier,
            @Nullable ServiceTier serviceTier,
            long tokens) {}

    private Holds(HoldRequest wanted) {
        serviceTiers =
                wanted.serviceTier() == null
                        ? EnumSet.allOf(ServiceTier.class)
                        : EnumSet.of(wanted.serviceTier());
        tokens = wanted.tokens();
    }

    /**
     * What is held for it; null when nothing that it allows has a known price.
     *
     * @param fromMs when it is granted, epoch milliseconds
     * @param untilMs when it expires
     */
    public static @Nullable HoldPrice of(
            PriceBook book, HoldRequest wanted, long fromMs, long untilMs) {
        Holds holds = new Holds(wanted);
        String provider = wanted.provider();
        String model = wanted.model();
        return provider != null && model != null
                ? holds.named(book, provider, model, fromMs, untilMs)
                : holds.open(book, wanted, fromMs - SKEW_MS, untilMs + SKEW_MS);
    }

    private @Nullable HoldPrice named(
            PriceBook book, String provider, String model, long fromMs, long untilMs) {
        PriceMatch now = book.match(provider, model, fromMs).orElse(null);
        if (now == null) {
            return null;
        }
        List<PriceMatch> matches =
                book.during(provider, model, fromMs - SKEW_MS, untilMs + SKEW_MS);
        long rate = dearest(matches, 0);
        List<LongContextPrice> longContext = longContext(matches, rate);
        long request = most(matches, each -> each.dearestRequest(serviceTiers, tokens));
        ServiceTier expected =
                serviceTiers.size() == 1 ? serviceTiers.iterator().next() : ServiceTier.STANDARD;
        return new HoldPrice(
                now.price().versionId(),
                rate,
                now.cost(tokens / 4, tokens - tokens / 4, expected),
                request == 0 ? null : request,
                null,
                longContext.isEmpty() ? null : longContext);
    }

    /** Sizes that the tokens can reach and that make one of them dearer. */
    private List<LongContextPrice> longContext(List<PriceMatch> matches, long ordinaryRate) {
        return matches.stream()
                .flatMapToLong(each -> each.longContextSizes(serviceTiers))
                .filter(above -> above < tokens)
                .sorted()
                .distinct()
                .filter(above -> dearest(matches, above + 1) > ordinaryRate)
                .mapToObj(
                        above ->
                                new LongContextPrice(
                                        above,
                                        most(
                                                matches,
                                                each ->
                                                        each.dearestInputRate(
                                                                serviceTiers, above + 1)),
                                        dearest(matches, above + 1)))
                .toList();
    }

    private long dearest(List<PriceMatch> matches, long inputTokensMax) {
        return most(matches, each -> each.dearestRate(serviceTiers, inputTokensMax));
    }

    private static long most(List<PriceMatch> matches, ToLongFunction<PriceMatch> rate) {
        return matches.stream().mapToLong(rate).max().orElse(0);
    }

    private @Nullable HoldPrice open(
            PriceBook book, HoldRequest wanted, long fromMs, long untilMs) {
        String model = wanted.model();
        String provider = wanted.provider();
        for (String listed : book.providers()) {
            if (model != null) {
                book.during(listed, model, fromMs, untilMs)
                        .forEach(match -> add(Tier.infer(listed, model), listed, match));
            } else if (provider == null || Providers.mayBeRatedBy(provider, listed)) {
                book.forEachDuring(
                        listed,
                        fromMs,
                        untilMs,
                        match -> add(Tier.infer(listed, match.price().model()), listed, match));
            }
        }
        List<HoldPart> found = ofTier(wanted.tier());
        if (found.isEmpty()) {
            return null;
        }
        HoldPart most = found.getFirst();
        for (HoldPart each : found) {
            most = dearer(most, each);
        }
        return new HoldPrice(
                HoldPrice.NO_VERSION,
                most.ratePico(),
                Money.ZERO,
                most.requestPico(),
                found.size() > HoldPrice.PARTS_MAX ? null : found,
                null);
    }

    private void add(Tier tier, String provider, PriceMatch match) {
        HoldPlace place = new HoldPlace(tier, Providers.canonical(provider));
        HoldPart part = part(place.tier(), place.provider(), match);
        parts.merge(place, part, Holds::dearer);
    }

    /** Of the tier that was asked for; when no model is known to have it, of all. */
    private List<HoldPart> ofTier(@Nullable Tier tier) {
        List<HoldPart> all = new ArrayList<>(parts.values());
        List<HoldPart> found = all.stream().filter(part -> part.tier() == tier).toList();
        return tier == null || found.isEmpty() ? all : found;
    }

    private HoldPart part(@Nullable Tier tier, @Nullable String provider, PriceMatch match) {
        long request = match.dearestRequest(serviceTiers, tokens);
        return new HoldPart(
                tier,
                provider,
                match.dearestRate(serviceTiers, tokens),
                request == 0 ? null : request);
    }

    /** The most of both, of the place of the first. */
    private static HoldPart dearer(HoldPart one, HoldPart other) {
        Long fee = one.requestPico();
        Long otherFee = other.requestPico();
        return new HoldPart(
                one.tier(),
                one.provider(),
                Math.max(one.ratePico(), other.ratePico()),
                fee == null || (otherFee != null && otherFee > fee) ? otherFee : fee);
    }
}
