package tekton.budget.api.export;

import static tekton.budget.api.export.ExportColumn.empty;
import static tekton.budget.api.export.ExportColumn.fixed;
import static tekton.budget.api.export.ExportColumn.object;
import static tekton.budget.api.export.ExportColumn.plain;
import static tekton.budget.api.export.ExportColumn.text;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The columns of each profile, in their order. */
final class ExportColumns {

    private static final String CURRENCY = "USD";
    private static final String FAMILY = "Generative AI";
    private static final String UNIT = "Tokens";
    private static final String USAGE = "Usage";

    /**
     * There is one cost per row: no discount, commitment or contract is known here. Unit prices are
     * left out, because a row holds tokens of several classes, each with its own.
     */
    private static final List<ExportColumn> FOCUS =
            List.of(
                    plain("BilledCost", ExportedCharge::cost),
                    text("BillingAccountId", charge -> charge.cell().budgetId()),
                    text("BillingAccountName", charge -> charge.cell().budgetId()),
                    fixed("BillingCurrency", CURRENCY),
                    text("BillingPeriodEnd", ExportedCharge::billingEnd),
                    text("BillingPeriodStart", ExportedCharge::billingStart),
                    fixed("ChargeCategory", USAGE),
                    empty("ChargeClass"),
                    text("ChargeDescription", ExportedCharge::description),
                    fixed("ChargeFrequency", "Usage-Based"),
                    text("ChargePeriodEnd", ExportedCharge::periodEnd),
                    text("ChargePeriodStart", ExportedCharge::periodStart),
                    plain("ConsumedQuantity", ExportedCharge::tokens),
                    fixed("ConsumedUnit", UNIT),
                    plain("ContractedCost", ExportedCharge::cost),
                    plain("EffectiveCost", ExportedCharge::cost),
                    text("InvoiceIssuerName", charge -> charge.cell().provider()),
                    plain("ListCost", ExportedCharge::cost),
                    plain("PricingQuantity", ExportedCharge::tokens),
                    fixed("PricingUnit", UNIT),
                    text("ProviderName", charge -> charge.cell().provider()),
                    text("PublisherName", charge -> charge.cell().provider()),
                    fixed("ServiceCategory", "AI and Machine Learning"),
                    text("ServiceName", charge -> charge.cell().model()),
                    fixed("ServiceSubcategory", FAMILY),
                    text("SkuId", ExportedCharge::sku),
                    fixed("SkuMeter", UNIT),
                    text("SkuPriceId", ExportedCharge::sku),
                    text("SubAccountId", charge -> charge.cell().budgetId()),
                    text("SubAccountName", charge -> charge.cell().budgetId()),
                    object("Tags", ExportedCharge::tags));

    private static final List<ExportColumn> OWN =
            List.of(
                    number("x_InputTokens", charge -> charge.totals().tokens().input()),
                    number("x_CachedInputTokens", charge -> charge.totals().tokens().cachedInput()),
                    number("x_CacheWriteTokens", charge -> charge.totals().tokens().cacheWrite()),
                    number("x_OutputTokens", charge -> charge.totals().tokens().output()),
                    number("x_ReasoningTokens", charge -> charge.totals().tokens().reasoning()),
                    number("x_UnpricedTokens", charge -> charge.totals().unpricedTokens()),
                    number("x_EstimatedTokens", charge -> charge.totals().estimatedTokens()),
                    number("x_Records", charge -> charge.totals().recordCount()),
                    text("x_AsOf", charge -> charge.asOf().toString()),
                    plain("x_PeriodClosed", charge -> Boolean.toString(charge.isClosed())));

    /** FOCUS 1.2: its columns by name, then ours, which it wants to begin with {@code x_}. */
    static final List<ExportColumn> FOCUS_1_2 =
            Stream.concat(FOCUS.stream(), OWN.stream()).toList();

    /**
     * FOCUS 1.3 names the service provider and the host; the columns that it deprecates for them,
     * ProviderName and PublisherName, have to be there still. There are no contracts here.
     */
    static final List<ExportColumn> FOCUS_1_3 =
            Stream.concat(
                            Stream.concat(
                                            FOCUS.stream(),
                                            Stream.of(
                                                    empty("ContractApplied"),
                                                    text(
                                                            "HostProviderName",
                                                            charge -> charge.cell().provider()),
                                                    text(
                                                            "ServiceProviderName",
                                                            charge -> charge.cell().provider())))
                                    .sorted(Comparator.comparing(ExportColumn::name)),
                            OWN.stream())
                    .toList();

    /** CloudZero's, by the names of its documentation. */
    static final List<ExportColumn> COMMON_BILL_FORMAT =
            List.of(
                    fixed("lineitem/type", USAGE),
                    text("lineitem/description", ExportedCharge::description),
                    text("time/usage_start", ExportedCharge::periodStart),
                    text("time/usage_end", ExportedCharge::periodEnd),
                    text("resource/id", ExportedCharge::sku),
                    text("resource/service", charge -> charge.cell().provider()),
                    text("resource/account", charge -> charge.cell().budgetId()),
                    fixed("resource/usage_family", FAMILY),
                    plain("usage/amount", ExportedCharge::tokens),
                    fixed("usage/units", UNIT),
                    plain("cost/cost", ExportedCharge::cost),
                    text("resource/tag:model", charge -> charge.cell().model()),
                    text("resource/tag:component", charge -> charge.cell().component()),
                    text("resource/tag:task_type", charge -> charge.cell().taskType()),
                    text("resource/tag:tier", charge -> charge.cell().tier().wireName()));

    private ExportColumns() {}

    private static ExportColumn number(String name, ToLongFunction<ExportedCharge> value) {
        return plain(name, charge -> Long.toString(value.applyAsLong(charge)));
    }
}
