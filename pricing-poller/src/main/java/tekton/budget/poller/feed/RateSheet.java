package tekton.budget.poller.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceFault.FaultCode;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateCell;
import tekton.budget.event.RateClass;
import tekton.budget.value.Money;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The figures of one model as they are collected from a price list, exact, in USD per token or
 * request, until they are rounded to pico-USD once. Not thread-safe.
 */
final class RateSheet {

    /** Characters of a figure that is read; a longer one is no price. */
    private static final int FIGURE_LENGTH_MAX = 64;

    /** More places, or more zeros before the point, than any price has. */
    private static final int SCALE_MAX = 1_000;

    private static final int FAULTS_MAX = 20;

    private final SortedMap<RateCell, Long> rates = new TreeMap<>();
    private final Map<String, String> raw = new LinkedHashMap<>();
    private final List<PriceFault> faults = new ArrayList<>();
    private final List<PriceFault> leftOut = new ArrayList<>();
    private final SortedSet<RateCell> spoiled = new TreeSet<>();
    private final SortedSet<String> unsupported = new TreeSet<>();
    private final SortedSet<String> unsupportedAndNotFree = new TreeSet<>();

    /**
     * Takes a figure. What cannot be a price becomes a fault that names the field, and costs the
     * place that it was for; nothing else, unless the price cannot be without it.
     */
    void put(String field, RateCell cell, JsonNode figure) {
        keep(field, figure);
        BigDecimal usd = number(field, cell, figure);
        Long rate = usd == null ? null : pico(field, usd, cell);
        if (rate == null || spoiled.contains(cell)) {
            return;
        }
        Long known = rates.putIfAbsent(cell, rate);
        if (known != null && !known.equals(rate)) {
            fault(
                    cell,
                    FaultCode.CONTRADICTORY,
                    "%s: %s USD, and elsewhere in the same list %s USD for the same"
                            .formatted(field, Money.ofPico(rate), Money.ofPico(known)));
        }
    }

    /** Takes a rate that the list leaves out because it cannot be anything else. */
    void putIfAbsent(RateCell cell, long rate) {
        rates.putIfAbsent(cell, rate);
    }

    /** Takes a price class that is not read. */
    void putUnsupported(String field, JsonNode figure) {
        keep(field, figure);
        unsupported.add(field);
        if (!isZero(figure)) {
            unsupportedAndNotFree.add(field);
        }
    }

    /** True when there is a figure, or should have been one, for that place. */
    boolean has(RateCell cell) {
        return rates.containsKey(cell) || spoiled.contains(cell);
    }

    /** The price classes that are not read. */
    SortedSet<String> unsupported() {
        return unsupported;
    }

    /** What is wrong with the figures without which there is no price; nothing as a rule. */
    List<PriceFault> faults() {
        return faults;
    }

    /** What is wrong with other figures, which are left out; nothing as a rule. */
    List<PriceFault> leftOut() {
        return leftOut;
    }

    /** The places of figures that are left out. */
    SortedSet<RateCell> spoiled() {
        return spoiled;
    }

    /** The list's own figures as JSON, cut where they are too long to be kept. */
    String raw(int lengthMax) {
        String json =
                raw.entrySet().stream()
                        .map(e -> '"' + e.getKey() + "\":" + e.getValue())
                        .collect(Collectors.joining(",", "{", "}"));
        return json.length() <= lengthMax ? json : json.substring(0, lengthMax - 1) + "…";
    }

    /** Why the figures make no price although none of them is wrong; empty when they make one. */
    Optional<String> incomplete() {
        if (rates.isEmpty()) {
            return Optional.of(
                    unsupported.isEmpty()
                            ? "no price"
                            : "only price classes that are not supported: "
                                    + String.join(", ", unsupported));
        }
        for (RateClass whole : List.of(RateClass.INPUT, RateClass.OUTPUT)) {
            if (!has(RateCell.of(whole))) {
                return Optional.of("no price of %s tokens".formatted(whole.wireName()));
            }
        }
        boolean free = rates.values().stream().allMatch(rate -> rate == 0);
        return free && !unsupportedAndNotFree.isEmpty()
                ? Optional.of(
                        "free by the token, and priced by what is not supported: "
                                + String.join(", ", unsupportedAndNotFree))
                : Optional.empty();
    }

    /** The price that complete figures make, without those that have a fault. */
    PriceTerms terms() {
        return PriceTerms.of(rates);
    }

    private @Nullable BigDecimal number(String field, RateCell cell, JsonNode figure) {
        if (figure.isNumber()) {
            return figure.decimalValue();
        }
        if (figure.isString() && figure.stringValue().length() <= FIGURE_LENGTH_MAX) {
            try {
                return new BigDecimal(figure.stringValue().strip());
            } catch (NumberFormatException notANumber) {
                // Said below.
            }
        }
        fault(
                cell,
                FaultCode.NOT_A_NUMBER,
                "%s: %s (expected: a decimal number of USD)".formatted(field, shown(figure)));
        return null;
    }

    private @Nullable Long pico(String field, BigDecimal usd, RateCell cell) {
        RateClass rateClass = cell.rateClass();
        String unit = rateClass == RateClass.REQUEST ? "a request" : "a token";
        if (usd.signum() < 0) {
            fault(
                    cell,
                    FaultCode.NEGATIVE,
                    "%s: %s USD (expected: 0 or more)".formatted(field, shown(usd)));
            return null;
        }
        BigDecimal max = Money.ofPico(rateClass.max()).toBigDecimal();
        if (usd.compareTo(max) > 0) {
            fault(
                    cell,
                    FaultCode.IMPLAUSIBLE,
                    "%s: %s USD for %s (expected: at most %s)"
                            .formatted(
                                    field,
                                    shown(usd),
                                    unit,
                                    max.stripTrailingZeros().toPlainString()));
            return null;
        }
        // The exponent is looked at first: a hostile one becomes megabytes of zeros.
        long rate =
                usd.scale() > SCALE_MAX
                        ? 0
                        : usd.setScale(Money.SCALE, RoundingMode.HALF_EVEN)
                                .unscaledValue()
                                .longValueExact();
        if (rate == 0 && usd.signum() != 0) {
            fault(
                    cell,
                    FaultCode.TOO_SMALL,
                    "%s: %s USD would be rounded to nothing (expected: 0, or at least 1e-12)"
                            .formatted(field, shown(usd)));
            return null;
        }
        return rate;
    }

    private void keep(String field, JsonNode figure) {
        String text = figure.toString();
        String known = raw.putIfAbsent(field, text);
        if (known != null && !known.equals(text)) {
            raw.put(field + " (again)", text);
        }
    }

    private void fault(RateCell cell, FaultCode code, String message) {
        rates.remove(cell);
        spoiled.add(cell);
        List<PriceFault> wrong = cell.isBase() ? faults : leftOut;
        // One is enough to doubt all of them.
        if (wrong.size() < FAULTS_MAX) {
            wrong.add(new PriceFault(code, message));
        }
    }

    /**
     * True for a figure of nothing, however it is written; a list or an object of only such too.
     */
    static boolean isZero(JsonNode figure) {
        if (figure.isNumber()) {
            return figure.decimalValue().signum() == 0;
        }
        if (figure.isObject() || figure.isArray()) {
            return figure.valueStream().allMatch(RateSheet::isZero);
        }
        if (figure.isString()) {
            if (figure.stringValue().length() > FIGURE_LENGTH_MAX) {
                return false;
            }
            try {
                return new BigDecimal(figure.stringValue()).signum() == 0;
            } catch (NumberFormatException aWord) {
                return false;
            }
        }
        return figure.isNull();
    }

    private static String shown(BigDecimal usd) {
        return usd.scale() >= -20 && usd.scale() <= 40 && usd.precision() <= 40
                ? usd.stripTrailingZeros().toPlainString()
                : usd.round(new MathContext(5)).toString();
    }

    private static String shown(JsonNode figure) {
        String text = figure.toString();
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
