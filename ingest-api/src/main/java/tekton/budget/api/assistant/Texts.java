package tekton.budget.api.assistant;

import tekton.budget.api.totals.ProviderModel;
import tekton.budget.pricing.Alternatives;
import tekton.budget.pricing.Alternatives.Alternative;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Figures as sentences, in the order in which a reader needs them. Amounts are rounded to six
 * places for display and a text is no place to read figures from; money is decimal all the way.
 * Pure.
 */
final class Texts {

    /** How many models, components or alternatives a text names. */
    private static final int NAMED_MAX = 5;

    private static final int PLACES = 6;

    private Texts() {}

    /**
     * What was spent on what, and how near the limits are.
     *
     * @param days how many days were summed
     * @param from the first of them
     */
    static String analysis(SpendingSums spending, List<Limit> limits, int days, LocalDate from) {
        Totals all = spending.all();
        StringJoiner text = new StringJoiner("\n");
        if (all.recordCount() == 0) {
            text.add("Nothing was used in the last %d days, since %s (UTC).".formatted(days, from));
        } else {
            text.add(
                    "In the last %d days, since %s (UTC), %s USD were spent on %s tokens (%s in, %s out) in %s records: %s USD a day."
                            .formatted(
                                    days,
                                    from,
                                    usd(all.cost()),
                                    count(all.tokens().total()),
                                    count(all.tokens().input()),
                                    count(all.tokens().output()),
                                    count(all.recordCount()),
                                    usd(divided(all.cost(), days))));
            Entry<LocalDate, Money> day = spending.dearestDay();
            text.add(
                    "The dearest day was %s with %s USD."
                            .formatted(day.getKey(), usd(day.getValue())));
            text.add("By model: " + shares(spending.models(NAMED_MAX), all) + ".");
            text.add("By component: " + shares(spending.components(NAMED_MAX), all) + ".");
        }
        limits.forEach(limit -> text.add(sentence(limit)));
        if (all.unpricedTokens() > 0) {
            text.add(
                    "%s tokens are of models whose price is not known, and are not in these costs."
                            .formatted(count(all.unpricedTokens())));
        }
        return text.toString();
    }

    /** What the same tokens would have cost elsewhere, for the models that cost the most. */
    static String optimization(SpendingSums spending, PriceBook book, int days, long nowMs) {
        List<String> lines = new ArrayList<>();
        for (Entry<ProviderModel, Totals> each : spending.models(NAMED_MAX)) {
            if (each.getValue().cost().compareTo(Money.ZERO) > 0) {
                cheaper(each.getKey(), each.getValue(), book, nowMs).ifPresent(lines::add);
            }
        }
        if (lines.isEmpty()) {
            return "Nothing that was used in the last %d days would have cost less with a model whose price is known."
                    .formatted(days);
        }
        lines.add("This compares prices at the usual rates, not what the models are good at.");
        return String.join("\n", lines);
    }

    /** Which models fit a task's budget, the cheapest first. */
    static String recommendation(ModelTask task, PriceBook book, long nowMs) {
        StringJoiner text = new StringJoiner("\n");
        long calls = Math.multiplyExact(task.usesPerDay(), ModelTask.DAYS);
        List<Alternative> fitting = new ArrayList<>();
        List<Alternative> ranked =
                Alternatives.ranked(book, task.inputTokens(), task.outputTokens(), nowMs);
        for (Alternative each : ranked) {
            if (times(each.cost(), calls).compareTo(task.limit().toBigDecimal()) <= 0) {
                fitting.add(each);
            }
        }
        String asked =
                "%s tokens in and %s out, %s times a day for %d days"
                        .formatted(
                                count(task.inputTokens()),
                                count(task.outputTokens()),
                                count(task.usesPerDay()),
                                ModelTask.DAYS);
        if (ranked.isEmpty()) {
            return "No prices are known.";
        }
        if (fitting.isEmpty()) {
            Alternative first = ranked.getFirst();
            return "No model fits %s USD for %s. The cheapest is %s: %s USD a call, %s USD in all."
                    .formatted(
                            task.limit(),
                            asked,
                            name(first),
                            usd(first.cost()),
                            usd(times(first.cost(), calls)));
        }
        text.add(
                "%s of %s models with a known price fit %s USD for %s. The cheapest:"
                        .formatted(
                                count(fitting.size()), count(ranked.size()), task.limit(), asked));
        for (Alternative each : fitting.subList(0, Math.min(NAMED_MAX, fitting.size()))) {
            text.add(costs(each, calls));
        }
        if (fitting.size() > NAMED_MAX) {
            text.add("The dearest that still fits: " + costs(fitting.getLast(), calls));
        }
        text.add(
                "Prices do not tell how well a model does \"%s\", nor of: %s."
                        .formatted(task.description(), task.priorities()));
        return text.toString();
    }

    /** How things stand, in one line. */
    static String status(SpendingSums today, List<Limit> limits) {
        Totals all = today.all();
        StringJoiner text = new StringJoiner(" ");
        text.add(
                "Today (UTC): %s USD for %s tokens in %s records."
                        .formatted(
                                usd(all.cost()),
                                count(all.tokens().total()),
                                count(all.recordCount())));
        limits.forEach(limit -> text.add(sentence(limit)));
        return text.toString();
    }

    private static String sentence(Limit limit) {
        String held =
                limit.reserved().equals(Money.ZERO)
                        ? ""
                        : ", and %s USD are reserved".formatted(usd(limit.reserved()));
        return "%s: %s USD of the %s limit of %s USD are used (%s)%s."
                .formatted(
                        limit.budget(),
                        usd(limit.used()),
                        limit.period().wireName(),
                        limit.limit(),
                        percent(limit.used(), limit.limit()),
                        held);
    }

    private static <K> String shares(List<Entry<K, Totals>> dearest, Totals all) {
        StringJoiner text = new StringJoiner(", ");
        for (Entry<K, Totals> each : dearest) {
            text.add(
                    "%s %s USD (%s)"
                            .formatted(
                                    each.getKey(),
                                    usd(each.getValue().cost()),
                                    percent(each.getValue().cost(), all.cost())));
        }
        return text.toString();
    }

    /** The cheapest of all, and of the same provider where that is another. */
    private static Optional<String> cheaper(
            ProviderModel model, Totals used, PriceBook book, long nowMs) {
        Optional<PriceMatch> price = book.match(model.provider(), model.name(), nowMs);
        if (price.isEmpty()) {
            return Optional.empty();
        }
        TokenCounts tokens = used.tokens();
        // As so many requests of the average size: together they would be one long one.
        long records = Math.max(1, used.recordCount());
        long input = tokens.input() / records;
        long output = tokens.output() / records;
        List<Alternative> cheaper = Alternatives.cheaper(book, price.get(), input, output, nowMs);
        if (cheaper.isEmpty()) {
            return Optional.empty();
        }
        List<Alternative> named = new ArrayList<>();
        cheaper.stream()
                .filter(each -> each.match().price().provider().equals(model.provider()))
                .findFirst()
                .ifPresent(named::add);
        if (!named.contains(cheaper.getFirst())) {
            named.add(cheaper.getFirst());
        }
        StringJoiner text = new StringJoiner(" or ");
        named.forEach(
                each ->
                        text.add(
                                "%s USD with %s"
                                        .formatted(usd(times(each.cost(), records)), name(each))));
        return Optional.of(
                "%s: %s tokens, %s USD; at the usual rates %s USD, and %s."
                        .formatted(
                                model,
                                count(tokens.total()),
                                usd(used.cost()),
                                usd(times(price.get().cost(input, output), records)),
                                text));
    }

    private static String costs(Alternative each, long calls) {
        return "- %s: %s USD a call, %s USD in all"
                .formatted(name(each), usd(each.cost()), usd(times(each.cost(), calls)));
    }

    private static String name(Alternative each) {
        return each.match().price().provider() + '/' + each.match().price().model();
    }

    private static BigDecimal times(Money money, long factor) {
        return money.toBigDecimal().multiply(BigDecimal.valueOf(factor));
    }

    private static BigDecimal divided(Money money, int by) {
        return money.toBigDecimal()
                .divide(BigDecimal.valueOf(by), Money.SCALE, RoundingMode.HALF_EVEN);
    }

    private static String usd(Money money) {
        return usd(money.toBigDecimal());
    }

    private static String usd(BigDecimal usd) {
        BigDecimal shown = usd.setScale(PLACES, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return shown.scale() < 2
                ? shown.setScale(2, RoundingMode.UNNECESSARY).toPlainString()
                : shown.toPlainString();
    }

    private static String percent(Money part, Money whole) {
        if (whole.equals(Money.ZERO)) {
            return part.equals(Money.ZERO) ? "0 %" : "all of it";
        }
        return part.toBigDecimal()
                        .movePointRight(2)
                        .divide(whole.toBigDecimal(), 1, RoundingMode.HALF_EVEN)
                        .toPlainString()
                + " %";
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
