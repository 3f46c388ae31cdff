package tekton.budget.pricing;

import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.value.Money;

import java.util.Comparator;
import java.util.List;

/** What the same tokens would cost with each model that has a price. Pure. */
public final class Alternatives {

    private static final Comparator<Alternative> BY_NAME =
            Comparator.<Alternative, String>comparing(a -> a.match().price().provider())
                    .thenComparing(a -> a.match().price().model());

    private Alternatives() {}

    /**
     * A model and what the tokens would cost with it.
     *
     * @param match its price
     * @param cost what they would cost
     */
    public record Alternative(PriceMatch match, Money cost) {}

    /** The models that would cost strictly less at an instant, cheapest first; free ones lead. */
    public static List<Alternative> cheaper(
            PriceBook book, PriceMatch current, long input, long output, long atMs) {
        Money cost = current.cost(input, output);
        return ranked(book, input, output, atMs).stream()
                .filter(alternative -> alternative.cost().compareTo(cost) < 0)
                .toList();
    }

    /**
     * Every model that has a price at an instant, cheapest first. Models that charge for input and
     * for no output are left out: they embed or rank, and answer nothing.
     */
    public static List<Alternative> ranked(PriceBook book, long input, long output, long atMs) {
        return book.inForce(atMs).stream()
                .filter(match -> answers(match.price().rates()))
                .map(match -> new Alternative(match, match.cost(input, output)))
                .sorted(Comparator.comparing(Alternative::cost).thenComparing(BY_NAME))
                .toList();
    }

    private static boolean answers(Rates rates) {
        return rates.output() > 0 || (rates.input() == 0 && rates.of(RateClass.REQUEST) == null);
    }
}
