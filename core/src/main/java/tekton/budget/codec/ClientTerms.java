package tekton.budget.codec;

import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.value.Money;
import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Price terms that somebody has written by hand. A name that {@link TermsJson} would pass over is
 * refused: a misspelt class would silently cost what its whole costs.
 */
public final class ClientTerms {

    private static final Set<String> CLASSES =
            Arrays.stream(RateClass.values())
                    .map(RateClass::wireName)
                    .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> TIER = Set.of("rates", "long_context", "above_input_tokens");

    /** More places, or more zeros before the point, than any price has. */
    static final int SCALE_MAX = 64;

    private ClientTerms() {}

    /** What is wrong with terms, by the path of the field. */
    public static final class WrongTermsException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private final transient FieldProblem problem;

        private WrongTermsException(FieldProblem problem) {
            super(problem.message());
            this.problem = problem;
        }

        /** The field and what is wrong with it. */
        public FieldProblem problem() {
            return problem;
        }
    }

    /**
     * The terms that a JSON object's properties say, beside others.
     *
     * @throws WrongTermsException naming the field if they say none
     */
    public static PriceTerms read(byte[] object) {
        return read(Trees.read(object));
    }

    /**
     * The terms that an object's properties say, beside others.
     *
     * @throws WrongTermsException naming the field if they say none
     */
    public static PriceTerms read(JsonNode object) {
        checkTiered("", object);
        JsonNode tiers = object.path("service_tiers");
        requireObject("service_tiers", tiers);
        for (Map.Entry<String, JsonNode> tier : tiers.properties()) {
            String where = "service_tiers." + Shown.plain(tier.getKey());
            requireObject(where, tier.getValue());
            checkNames(where, tier.getValue(), TIER);
            checkTiered(where + ".", tier.getValue());
        }
        try {
            return TermsJson.read(object);
        } catch (IllegalArgumentException together) {
            // Each figure is one: what is left is a rule between them, and says which.
            String message = String.valueOf(together.getMessage());
            throw new WrongTermsException(
                    new FieldProblem(
                            message.substring(0, Math.max(0, message.indexOf(':'))),
                            ProblemKind.SHAPE,
                            message));
        }
    }

    private static void checkTiered(String where, JsonNode tiered) {
        checkRates(where + "rates", tiered.path("rates"));
        JsonNode sizes = tiered.path("long_context");
        if (isThere(sizes) && !sizes.isArray()) {
            throw wrong(where + "long_context", ProblemKind.SHAPE, sizes, "an array of objects");
        }
        int index = 0;
        for (JsonNode size : sizes) {
            String at = "%slong_context[%d]".formatted(where, index++);
            if (!size.isObject()) {
                throw wrong(at, ProblemKind.SHAPE, size, "an object");
            }
            checkNames(at, size, TIER);
            if (!isWholeFromOne(size)) {
                throw wrong(
                        at + ".above_input_tokens",
                        ProblemKind.SHAPE,
                        size.path("above_input_tokens"),
                        "a whole number, at least 1");
            }
            checkRates(at + ".rates", size.path("rates"));
        }
    }

    private static void checkRates(String where, JsonNode rates) {
        requireObject(where, rates);
        checkNames(where, rates, CLASSES);
        for (RateClass rateClass : RateClass.values()) {
            JsonNode rate = rates.path(rateClass.wireName());
            if (isThere(rate)) {
                checkRate(where + '.' + rateClass.wireName(), rate, rateClass);
            }
        }
    }

    private static void checkRate(String where, JsonNode rate, RateClass rateClass) {
        String expected =
                "a number of dollars from 0 to %s with at most %d decimal places"
                        .formatted(Money.ofPico(rateClass.max()), SCALE_MAX);
        if (!rate.isNumber()) {
            throw wrong(where, ProblemKind.SHAPE, rate, expected);
        }
        BigDecimal usd = rate.decimalValue();
        // Its places before arithmetic makes a number of that many digits.
        if (Math.abs(usd.scale()) > SCALE_MAX
                || usd.signum() < 0
                || usd.compareTo(BigDecimal.valueOf(rateClass.max(), Money.SCALE)) > 0) {
            throw wrong(where, ProblemKind.BOUND, rate, expected);
        }
    }

    private static boolean isWholeFromOne(JsonNode size) {
        try {
            return Trees.number(size, "above_input_tokens") >= 1;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private static void requireObject(String where, JsonNode object) {
        if (isThere(object) && !object.isObject()) {
            throw wrong(where, ProblemKind.SHAPE, object, "an object");
        }
    }

    private static void checkNames(String where, JsonNode object, Set<String> known) {
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            if (!known.contains(each.getKey())) {
                throw wrong(
                        where + '.' + Shown.plain(each.getKey()),
                        ProblemKind.SHAPE,
                        each.getValue(),
                        "no such field; there are "
                                + known.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
    }

    private static boolean isThere(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }

    private static WrongTermsException wrong(
            String field, ProblemKind kind, JsonNode value, String expected) {
        Shown shown =
                value.isMissingNode()
                        ? Shown.described("missing")
                        : value.isString()
                                ? Shown.text(value.stringValue())
                                : value.isContainer()
                                        ? Shown.described(
                                                value.isArray() ? "a JSON array" : "a JSON object")
                                        : value.isNumber()
                                                ? Shown.written(value.decimalValue().toString())
                                                : Shown.written(value.toString());
        return new WrongTermsException(FieldProblem.of(kind, field, shown, expected));
    }
}
