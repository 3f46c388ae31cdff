package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The rules of FOCUS for a dataset of usage, column by column, as the pages of the columns and the
 * attributes of versions 1.2 and 1.3 have them (FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec,
 * specification/columns and specification/attributes). Knows a file, and nothing of who wrote it.
 */
public final class FocusRules {

    /** Whether a column has to be there. */
    private enum Level {
        MANDATORY,
        CONDITIONAL
    }

    /** Whether a row of usage that is no correction may have no value. */
    private enum Nulls {
        NEVER,
        ALLOWED,
        ALWAYS
    }

    private record Rule(Level level, Nulls nulls, Predicate<String> form) {}

    private static final Set<String> CATEGORIES =
            Set.of(
                    "AI and Machine Learning",
                    "Analytics",
                    "Business Applications",
                    "Compute",
                    "Databases",
                    "Developer Tools",
                    "Multicloud",
                    "Identity",
                    "Integration",
                    "Internet of Things",
                    "Management and Governance",
                    "Media",
                    "Migration",
                    "Mobile",
                    "Networking",
                    "Security",
                    "Storage",
                    "Web",
                    "Other");

    private static final Set<String> AI_SUBCATEGORIES =
            Set.of(
                    "AI Platforms",
                    "Bots",
                    "Generative AI",
                    "Machine Learning",
                    "Natural Language Processing",
                    "Other (AI and Machine Learning)");

    /** Of 1.2: all 57 columns are here or in {@link #NOT_OF_PLAIN_USAGE}. */
    private static final Map<String, Rule> COLUMNS =
            Map.ofEntries(
                    Map.entry("BilledCost", mandatory(FocusRules::isDecimal)),
                    Map.entry("BillingAccountId", mandatory(FocusRules::isText)),
                    Map.entry("BillingAccountName", mandatoryOrNull(FocusRules::isText)),
                    Map.entry("BillingCurrency", mandatory(FocusRules::isCurrency)),
                    Map.entry("BillingPeriodEnd", mandatory(FocusRules::isTime)),
                    Map.entry("BillingPeriodStart", mandatory(FocusRules::isTime)),
                    Map.entry(
                            "ChargeCategory",
                            mandatory(
                                    Set.of("Usage", "Purchase", "Tax", "Credit", "Adjustment")
                                            ::contains)),
                    Map.entry("ChargeClass", mandatoryOrNull("Correction"::equals)),
                    Map.entry("ChargeDescription", mandatory(FocusRules::isText)),
                    Map.entry(
                            "ChargeFrequency",
                            conditional(Set.of("One-Time", "Recurring", "Usage-Based")::contains)),
                    Map.entry("ChargePeriodEnd", mandatory(FocusRules::isTime)),
                    Map.entry("ChargePeriodStart", mandatory(FocusRules::isTime)),
                    Map.entry("ConsumedQuantity", conditional(FocusRules::isDecimal)),
                    Map.entry("ConsumedUnit", conditional(FocusRules::isUnit)),
                    Map.entry("ContractedCost", mandatory(FocusRules::isDecimal)),
                    Map.entry("ContractedUnitPrice", conditional(FocusRules::isDecimal)),
                    Map.entry("EffectiveCost", mandatory(FocusRules::isDecimal)),
                    Map.entry("InvoiceIssuerName", mandatory(FocusRules::isText)),
                    Map.entry("ListCost", mandatory(FocusRules::isDecimal)),
                    Map.entry("ListUnitPrice", conditional(FocusRules::isDecimal)),
                    Map.entry(
                            "PricingCategory",
                            conditional(
                                    Set.of("Standard", "Dynamic", "Committed", "Other")::contains)),
                    Map.entry("PricingQuantity", mandatory(FocusRules::isDecimal)),
                    Map.entry("PricingUnit", mandatory(FocusRules::isUnit)),
                    Map.entry("ProviderName", mandatory(FocusRules::isText)),
                    Map.entry("PublisherName", mandatory(FocusRules::isText)),
                    Map.entry("ServiceCategory", mandatory(CATEGORIES::contains)),
                    Map.entry("ServiceName", mandatory(FocusRules::isText)),
                    Map.entry("ServiceSubcategory", conditional(AI_SUBCATEGORIES::contains)),
                    Map.entry("SkuId", conditional(FocusRules::isText)),
                    Map.entry("SkuMeter", conditional(FocusRules::isText)),
                    Map.entry("SkuPriceDetails", conditional(FocusRules::isKeyValues)),
                    Map.entry("SkuPriceId", conditional(FocusRules::isText)),
                    Map.entry("SubAccountId", conditional(FocusRules::isText)),
                    Map.entry("SubAccountName", conditional(FocusRules::isText)),
                    Map.entry("Tags", conditional(FocusRules::isKeyValues)));

    /** Conditional columns whose condition a meter of tokens does not meet. */
    private static final Set<String> NOT_OF_PLAIN_USAGE =
            Set.of(
                    "AvailabilityZone",
                    "BillingAccountType",
                    "CapacityReservationId",
                    "CapacityReservationStatus",
                    "CommitmentDiscountCategory",
                    "CommitmentDiscountId",
                    "CommitmentDiscountName",
                    "CommitmentDiscountQuantity",
                    "CommitmentDiscountStatus",
                    "CommitmentDiscountType",
                    "CommitmentDiscountUnit",
                    "InvoiceId",
                    "PricingCurrency",
                    "PricingCurrencyContractedUnitPrice",
                    "PricingCurrencyEffectiveCost",
                    "PricingCurrencyListUnitPrice",
                    "RegionId",
                    "RegionName",
                    "ResourceId",
                    "ResourceName",
                    "ResourceType",
                    "SubAccountType");

    private static final Map<String, Rule> OF_1_3 =
            Map.of(
                    "ContractApplied",
                    new Rule(Level.CONDITIONAL, Nulls.ALWAYS, FocusRules::isKeyValues),
                    "HostProviderName",
                    mandatory(FocusRules::isText),
                    "ServiceProviderName",
                    mandatory(FocusRules::isText));

    private static final List<String> COSTS =
            List.of("BilledCost", "ContractedCost", "EffectiveCost", "ListCost");

    /** What Budget promises in columns of its own. */
    private static final List<String> OWN_NUMBERS =
            List.of(
                    "x_InputTokens",
                    "x_CachedInputTokens",
                    "x_CacheWriteTokens",
                    "x_OutputTokens",
                    "x_ReasoningTokens",
                    "x_UnpricedTokens",
                    "x_EstimatedTokens",
                    "x_Records");

    private final Map<String, Rule> rules = new HashMap<>(COLUMNS);
    private final List<String> violations = new ArrayList<>();

    private FocusRules(String version) {
        assertThat(COLUMNS.size() + NOT_OF_PLAIN_USAGE.size()).isEqualTo(57);
        if (version.equals("1.3")) {
            rules.putAll(OF_1_3);
        }
    }

    /** What a file breaks, in words; nothing of a good one. */
    public static List<String> violations(
            String version, List<String> header, List<Map<String, String>> rows) {
        FocusRules check = new FocusRules(version);
        check.header(header);
        if (check.violations.isEmpty()) {
            for (int i = 0; i < rows.size(); i++) {
                check.row("row " + i + ": ", header, rows.get(i), version);
            }
            check.wholeFile(rows);
        }
        return check.violations;
    }

    /** The rows of a CSV file by the names of its header; an empty field is no value. */
    public static List<Map<String, String>> csv(String text) {
        List<List<String>> lines = Csv.parse(text);
        List<Map<String, String>> rows = new ArrayList<>();
        for (List<String> line : lines.subList(1, lines.size())) {
            assertThat(line).hasSameSizeAs(lines.getFirst());
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < line.size(); i++) {
                row.put(lines.getFirst().get(i), line.get(i).isEmpty() ? null : line.get(i));
            }
            rows.add(row);
        }
        return rows;
    }

    /** The names of a CSV file's header. */
    public static List<String> csvHeader(String text) {
        return Csv.parse(text).getFirst();
    }

    /** The rows of JSON lines, each value as CSV would have it. */
    public static List<Map<String, String>> jsonLines(String text) {
        assertThat(text.isEmpty() || text.endsWith("\n")).isTrue();
        return text.lines()
                .map(
                        line -> {
                            Map<String, String> row = new LinkedHashMap<>();
                            Api.json(line)
                                    .properties()
                                    .forEach(each -> row.put(each.getKey(), shown(each)));
                            return row;
                        })
                .toList();
    }

    private static String shown(Map.Entry<String, JsonNode> property) {
        JsonNode value = property.getValue();
        String name = property.getKey();
        if (value.isNull()) {
            return null;
        }
        boolean number =
                COSTS.contains(name) || name.endsWith("Quantity") || OWN_NUMBERS.contains(name);
        assertThat(value.isNumber()).as(name).isEqualTo(number);
        assertThat(value.isObject()).as(name).isEqualTo(name.equals("Tags"));
        assertThat(value.isBoolean()).as(name).isEqualTo(name.equals("x_PeriodClosed"));
        return number
                ? value.decimalValue().toPlainString()
                : value.isString() ? value.asString() : value.toString();
    }

    private void header(List<String> header) {
        check(new HashSet<>(header).size() == header.size(), "header: a name stands twice");
        rules.forEach(
                (name, rule) ->
                        check(
                                rule.level() != Level.MANDATORY || header.contains(name),
                                name + ": missing"));
        boolean own = false;
        for (String name : header) {
            boolean isOwn = name.startsWith("x_");
            check(isOwn || rules.containsKey(name), name + ": no column of this version");
            check(
                    Pattern.matches("(x_)?([A-Z][a-z]*)+", name) && name.length() <= 50,
                    name + ": not Pascal case");
            check(isOwn || !own, name + ": behind a column of our own");
            own |= isOwn;
        }
    }

    private void row(String where, List<String> header, Map<String, String> row, String version) {
        check(List.copyOf(row.keySet()).equals(header), where + "other columns: " + row.keySet());
        for (String name : header) {
            Rule rule = rules.get(name);
            String value = row.get(name);
            if (rule != null) {
                check(
                        value == null ? rule.nulls() != Nulls.NEVER : rule.nulls() != Nulls.ALWAYS,
                        where + name + ": null: " + (value == null));
                check(
                        value == null || rule.form().test(value),
                        where + name + ": " + value + ": not as its column wants it");
            }
        }
        if (!violations.isEmpty()) {
            return;
        }
        check(row.get("ChargeCategory").equals("Usage"), where + "no usage");
        check(row.get("ChargeClass") == null, where + "a correction");
        periods(where, row);
        costs(where, row);
        together(where, row, "ConsumedQuantity", "ConsumedUnit");
        together(where, row, "PricingQuantity", "PricingUnit");
        together(where, row, "SubAccountId", "SubAccountName");
        together(where, row, "SkuId", "SkuMeter");
        together(where, row, "SkuId", "SkuPriceId");
        if (version.equals("1.3")) {
            check(
                    row.get("SkuPriceId") != null || row.get("ConsumedQuantity") == null,
                    where + "ConsumedQuantity without SkuPriceId");
        }
        check(
                row.get("ServiceCategory").equals("AI and Machine Learning"),
                where + "the subcategory is of another category");
        own(where, row);
    }

    private void periods(String where, Map<String, String> row) {
        Instant start = Instant.parse(row.get("ChargePeriodStart"));
        Instant end = Instant.parse(row.get("ChargePeriodEnd"));
        Instant billing = Instant.parse(row.get("BillingPeriodStart"));
        Instant billingEnd = Instant.parse(row.get("BillingPeriodEnd"));
        check(start.isBefore(end), where + "the charge period ends before it starts");
        check(!start.isBefore(billing), where + "the charge period starts too early");
        check(!end.isAfter(billingEnd), where + "the charge period ends too late");
        check(Duration.between(start, end).equals(Duration.ofHours(1)), where + "not an hour");
        check(
                billing.atZone(ZoneOffset.UTC).plusMonths(1).toInstant().equals(billingEnd)
                        && row.get("BillingPeriodStart").endsWith("-01T00:00:00Z"),
                where + "the billing period is not a month");
    }

    /** Nothing is discounted, committed or amortised: all four are one. */
    private void costs(String where, Map<String, String> row) {
        BigDecimal list = new BigDecimal(row.get("ListCost"));
        for (String cost : COSTS) {
            check(
                    new BigDecimal(row.get(cost)).compareTo(list) == 0,
                    where + cost + ": not the list cost");
        }
        for (String price : List.of("ListUnitPrice", "ContractedUnitPrice")) {
            if (row.get(price) != null) {
                check(
                        new BigDecimal(row.get(price))
                                        .multiply(new BigDecimal(row.get("PricingQuantity")))
                                        .compareTo(list)
                                == 0,
                        where + price + ": times the quantity is not the cost");
            }
        }
    }

    private void together(String where, Map<String, String> row, String one, String other) {
        check((row.get(one) == null) == (row.get(other) == null), where + one + " alone");
    }

    private void own(String where, Map<String, String> row) {
        OWN_NUMBERS.forEach(
                name ->
                        check(
                                Pattern.matches("0|[1-9]\\d*", row.getOrDefault(name, "")),
                                where + name + ": " + row.get(name)));
        if (!violations.isEmpty()) {
            return;
        }
        BigDecimal all = number(row, "ConsumedQuantity");
        BigDecimal input = number(row, "x_InputTokens");
        BigDecimal output = number(row, "x_OutputTokens");
        BigDecimal unpriced = number(row, "x_UnpricedTokens");
        check(input.add(output).compareTo(all) == 0, where + "input and output are not all");
        check(
                number(row, "x_CachedInputTokens")
                                .add(number(row, "x_CacheWriteTokens"))
                                .compareTo(input)
                        <= 0,
                where + "more cached than put in");
        check(
                number(row, "x_ReasoningTokens").compareTo(output) <= 0,
                where + "more reasoning than output");
        check(unpriced.compareTo(all) <= 0, where + "more unpriced than all");
        check(number(row, "x_Records").signum() > 0, where + "a charge of nothing");
        String description = row.get("ChargeDescription");
        check(
                (unpriced.signum() > 0) == description.contains("not known"),
                where + "what has no price is not told");
        if (unpriced.signum() > 0 && unpriced.compareTo(all) == 0) {
            check(number(row, "BilledCost").signum() == 0, where + "costs something unknown");
            check(description.contains("unknown and not 0"), where + "looks free");
        }
        check(isTime(row.getOrDefault("x_AsOf", "")), where + "x_AsOf: " + row.get("x_AsOf"));
        Instant closes =
                Instant.parse(row.get("ChargePeriodEnd")).plus(Duration.ofHours(35 * 24 + 1));
        check(
                String.valueOf(!Instant.parse(row.get("x_AsOf")).isBefore(closes))
                        .equals(row.get("x_PeriodClosed")),
                where + "x_PeriodClosed: " + row.get("x_PeriodClosed"));
    }

    private void wholeFile(List<Map<String, String>> rows) {
        Set<List<String>> keys = new HashSet<>();
        Map<String, String> skuOf = new HashMap<>();
        Map<String, String> nameOf = new HashMap<>();
        String last = "";
        for (Map<String, String> row : rows) {
            List<String> key =
                    List.of(
                            row.get("ChargePeriodStart"),
                            row.get("BillingAccountId"),
                            row.get("ProviderName"),
                            row.get("ServiceName"),
                            row.get("Tags"));
            check(keys.add(key), key + " stands twice");
            check(key.getFirst().compareTo(last) >= 0, key + " is out of order");
            last = key.getFirst();
            one(skuOf, row.get("SkuPriceId"), row.get("SkuId"));
            one(nameOf, row.get("BillingAccountId"), row.get("BillingAccountName"));
        }
    }

    private void one(Map<String, String> parents, String child, String parent) {
        if (child != null) {
            String known = parents.putIfAbsent(child, parent);
            check(known == null || known.equals(parent), child + " has two parents");
        }
    }

    private void check(boolean good, String violation) {
        if (!good) {
            violations.add(violation);
        }
    }

    private static boolean isText(String value) {
        return !value.isBlank();
    }

    /** Numeric format: no exponent, no sign, no grouping; costs of usage are not negative here. */
    private static boolean isDecimal(String value) {
        return Pattern.matches("(0|[1-9]\\d*)(\\.\\d+)?", value);
    }

    /** Date/time format: ISO 8601 in UTC with Z. */
    private static boolean isTime(String value) {
        return Pattern.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", value)
                && Instant.parse(value).toString().equals(value);
    }

    private static boolean isCurrency(String value) {
        return Currency.getAvailableCurrencies().stream()
                .anyMatch(known -> known.getCurrencyCode().equals(value));
    }

    /** Unit format: an optional quantity and a capitalised plural. */
    private static boolean isUnit(String value) {
        return Pattern.matches("([1-9]\\d* )?[A-Z][A-Za-z]*s", value);
    }

    /** Key-value format: a JSON object without nested ones; the reader refuses a repeated key. */
    private static boolean isKeyValues(String value) {
        JsonNode json = Api.json(value);
        return json.isObject() && json.valueStream().allMatch(JsonNode::isValueNode);
    }

    private static BigDecimal number(Map<String, String> row, String name) {
        return new BigDecimal(row.get(name));
    }

    private static Rule mandatory(Predicate<String> form) {
        return new Rule(Level.MANDATORY, Nulls.NEVER, form);
    }

    private static Rule mandatoryOrNull(Predicate<String> form) {
        return new Rule(Level.MANDATORY, Nulls.ALLOWED, form);
    }

    /** If it is there, a row of usage has a value in it. */
    private static Rule conditional(Predicate<String> form) {
        return new Rule(Level.CONDITIONAL, Nulls.NEVER, form);
    }
}
