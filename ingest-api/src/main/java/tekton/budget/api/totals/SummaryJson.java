package tekton.budget.api.totals;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.JsonBytes;
import tekton.budget.value.Money;
import tekton.budget.value.Totals;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * A summary as Tekton's clients read it. Three of them want the same figures under names of their
 * own: the reference's API, its documentation, and the dashboard.
 */
final class SummaryJson {

    private SummaryJson() {}

    /**
     * The answer's body.
     *
     * @param dailyLimit the cost limit of a day; null when there is none
     */
    static JsonBytes of(
            SummaryRequest request,
            SummarySums sums,
            SummarySums.Daily daily,
            TimeWindow days,
            @Nullable Money dailyLimit) {
        Totals all = sums.all;
        JsonBytes json =
                new JsonBytes(4_096)
                        .open('{')
                        .property("period", request.period().wireName())
                        .property("total_input_tokens", all.tokens().input())
                        .property("total_output_tokens", all.tokens().output())
                        .property("total_tokens", all.tokens().total())
                        .propertyRaw("total_cost", all.cost().toString())
                        .property("count", all.recordCount())
                        .property("start_time", utc(request.window().from()))
                        .property("end_time", utc(request.window().to()))
                        .name("groups")
                        .open('{');
        group(json, "provider", sums.byProvider);
        group(json, "model", sums.byModel);
        group(json, "component", sums.byComponent);
        group(json, "task_type", sums.byTaskType);
        json.close('}')
                .property("request_count", all.recordCount())
                // Totals keep one cost, not one per direction.
                .property("total_input_cost", null)
                .property("total_output_cost", null)
                .property("unpriced_tokens", all.unpricedTokens())
                .property("estimated_tokens", all.estimatedTokens())
                .property("budget_id", request.budgetId())
                .property("provider", request.provider())
                .property("component", request.component())
                .property("model", request.model())
                .property("task_type", request.taskType())
                .property("input_tokens", all.tokens().input())
                .property("output_tokens", all.tokens().output());
        list(
                json,
                "providers",
                sums.byProvider,
                all,
                (item, provider) -> item.property("provider", provider).property("name", provider));
        list(
                json,
                "models",
                sums.byProvidersModel,
                all,
                (item, model) ->
                        item.property("model", model.name())
                                .property("name", model.name())
                                .property("component", components(sums, model))
                                .property("provider", model.provider()));
        list(
                json,
                "components",
                sums.byComponent,
                all,
                (item, component) ->
                        item.property("component", component).property("name", component));
        days(json, "daily_usage", daily, days, dailyLimit);
        days(json, "daily_spend", daily, days, dailyLimit);
        return json.close('}');
    }

    /** By name, since the dashboard shows one text: one model is one row, whoever uses it. */
    private static String components(SummarySums sums, ProviderModel model) {
        SortedSet<String> users = sums.components.getOrDefault(model, Collections.emptySortedSet());
        String named =
                users.stream()
                        .limit(SummarySums.COMPONENTS_SHOWN)
                        .collect(Collectors.joining(", "));
        return users.size() > SummarySums.COMPONENTS_SHOWN ? named + ", …" : named;
    }

    private static void group(JsonBytes json, String name, Map<String, Totals> group) {
        json.name(name).open('{');
        group.forEach(
                (value, totals) ->
                        json.name(value)
                                .open('{')
                                .property("input_tokens", totals.tokens().input())
                                .property("output_tokens", totals.tokens().output())
                                .property("total_tokens", totals.tokens().total())
                                .propertyRaw("cost", totals.cost().toString())
                                .property("count", totals.recordCount())
                                .close('}'));
        json.close('}');
    }

    /** Dearest first. */
    private static <K> void list(
            JsonBytes json,
            String name,
            Map<K, Totals> group,
            Totals all,
            BiConsumer<JsonBytes, K> properties) {
        json.name(name).open('[');
        group.entrySet().stream()
                .sorted(
                        Comparator.comparing((Entry<K, Totals> e) -> e.getValue().cost())
                                .reversed()
                                .thenComparing(e -> e.getKey().toString()))
                .forEach(
                        entry -> {
                            Totals totals = entry.getValue();
                            json.open('{');
                            properties.accept(json, entry.getKey());
                            json.property("tokens", totals.tokens().total())
                                    .propertyRaw("cost", totals.cost().toString())
                                    .propertyRaw(
                                            "percentage", percentage(totals.cost(), all.cost()))
                                    .close('}');
                        });
        json.close(']');
    }

    /** A share of the cost, 0 to 100, with two places: for display, so it may be rounded. */
    static String percentage(Money part, Money whole) {
        if (whole.equals(Money.ZERO)) {
            return "0";
        }
        return part.toBigDecimal()
                .multiply(BigDecimal.valueOf(100))
                .divide(whole.toBigDecimal(), 2, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Of a limit that is not there the dashboard draws none: 0. */
    private static void days(
            JsonBytes json,
            String name,
            SummarySums.Daily daily,
            TimeWindow days,
            @Nullable Money dailyLimit) {
        String limit = Objects.requireNonNullElse(dailyLimit, Money.ZERO).toString();
        json.name(name).open('[');
        LocalDate end = days.to().toLocalDate();
        for (LocalDate day = days.from().toLocalDate(); day.isBefore(end); day = day.plusDays(1)) {
            json.open('{')
                    .property("date", day.toString())
                    .propertyRaw("cost", daily.of(day).toString())
                    .propertyRaw("limit", limit)
                    .close('}');
        }
        json.close(']');
    }

    private static String utc(ZonedDateTime time) {
        return time.toInstant().toString();
    }
}
