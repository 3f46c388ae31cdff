package tekton.budget.api.ledger;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How a policy's limit stands, as clients read it: exact numbers and one sentence. */
final class StandingJson {

    private StandingJson() {}

    /** Standings as a JSON array. */
    static String array(List<Standing> standings) {
        JsonBytes json = new JsonBytes(512).open('[');
        for (Standing standing : standings) {
            json.open('{')
                    .property("policy_id", standing.policyId())
                    .property("type", standing.type().wireName())
                    .property("period", standing.period().wireName());
            scope(json, standing.scope());
            json.property("measure", standing.measure().wireName());
            numbers(standing).forEach(json::propertyRaw);
            Long start = standing.windowStartMs();
            Long end = standing.windowEndMs();
            json.property("level", standing.level().wireName())
                    .property("window_start", start == null ? null : Timestamps.format(start))
                    .property("window_end", end == null ? null : Timestamps.format(end))
                    .property("message", sentence(standing))
                    .close('}');
        }
        return json.close(']').toString();
    }

    /** The numbers by their names, each a JSON value. */
    static SortedMap<String, String> numbers(Standing standing) {
        return new TreeMap<>(
                Map.of(
                        "limit", plain(standing.limit()),
                        "used", plain(standing.used()),
                        "reserved", plain(standing.reserved()),
                        "asked", plain(standing.asked()),
                        "left", plain(standing.left())));
    }

    /** Writes a scope as properties of an object that the caller has opened; absent is null. */
    static void scope(JsonBytes json, Scope scope) {
        json.property("tier", scope.tier() == null ? null : scope.tier().wireName())
                .property("provider", scope.provider())
                .property("component", scope.component())
                .property("task_type", scope.taskType());
    }

    private static String sentence(Standing standing) {
        String unit = standing.measure() == Measure.COST ? " USD" : " tokens";
        return "%s of %s%s %s: %s used, %s reserved, %s asked, %s left"
                .formatted(
                        standing.type().wireName(),
                        plain(standing.limit()),
                        unit,
                        over(standing.period()),
                        plain(standing.used()),
                        plain(standing.reserved()),
                        plain(standing.asked()),
                        plain(standing.left()));
    }

    private static String over(Period period) {
        return switch (period) {
            case HOURLY -> "per hour";
            case DAILY -> "per day";
            case WEEKLY -> "per week";
            case MONTHLY -> "per month";
            case PER_SESSION -> "per session";
            case PER_TASK -> "per task";
        };
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
