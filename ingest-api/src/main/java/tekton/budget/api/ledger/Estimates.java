package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.pricing.PriceBook;
import tekton.budget.value.Money;

import java.util.Comparator;
import java.util.List;

/** What so many tokens of a model will probably cost, and which models would cost less. Pure. */
final class Estimates {

    /** How many cheaper models an answer names. */
    private static final int ALTERNATIVES_MAX = 5;

    private Estimates() {}

    /**
     * A cheaper model.
     *
     * @param price its price
     * @param cost what the tokens would cost
     * @param savings how much less that is
     * @param savingsPercent the same as a percentage, 0 to 100
     */
    record Alternative(PricePublished price, Money cost, Money savings, String savingsPercent) {}

    /** What an allocation is held at; null when the model or its price is not known. */
    static @Nullable HoldPrice hold(
            PriceBook book,
            @Nullable String provider,
            @Nullable String model,
            long tokens,
            long atMs) {
        if (provider == null || model == null) {
            return null;
        }
        return book.inForce(provider, model, atMs)
                .map(
                        price ->
                                new HoldPrice(
                                        price.versionId(),
                                        price.rates().dearest(),
                                        cost(price.rates(), tokens / 4, tokens - tokens / 4)))
                .orElse(null);
    }

    /**
     * The models that would cost strictly less now, most savings first; free ones lead. A quarter
     * of the tokens counts as input and three quarters as output.
     */
    static List<Alternative> cheaper(
            PriceBook book, String provider, String model, long tokens, long atMs) {
        return book.inForce(provider, model, atMs)
                .map(current -> cheaper(book.inForce(atMs), mixed(current.rates(), tokens), tokens))
                .orElse(List.of());
    }

    private static List<Alternative> cheaper(
            List<PricePublished> others, Money current, long tokens) {
        return others.stream()
                .filter(other -> mixed(other.rates(), tokens).compareTo(current) < 0)
                .map(other -> alternative(other, mixed(other.rates(), tokens), current))
                .sorted(
                        Comparator.comparing(Alternative::savings)
                                .reversed()
                                .thenComparing(a -> a.price().provider())
                                .thenComparing(a -> a.price().model()))
                .limit(ALTERNATIVES_MAX)
                .toList();
    }

    private static Alternative alternative(PricePublished price, Money cost, Money current) {
        Money savings = current.minus(cost);
        return new Alternative(
                price,
                cost,
                savings,
                Ratio.of(savings.toBigDecimal().movePointRight(2), current.toBigDecimal()));
    }

    private static Money mixed(Rates rates, long tokens) {
        return cost(rates, tokens / 4, tokens * 3 / 4);
    }

    /** At most 1e9 tokens at 1e9 pico-USD: it fits a long. */
    private static Money cost(Rates rates, long input, long output) {
        return Money.ofPico(
                Math.addExact(
                        Math.multiplyExact(input, rates.input()),
                        Math.multiplyExact(output, rates.output())));
    }
}
