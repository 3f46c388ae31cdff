package tekton.budget.api.mcp;

import tekton.budget.api.mcp.ApiSession.ApiParameters;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tools that read what was used, and what people should hear of it. */
final class UsageTools {

    private static final int ROWS_DEFAULT = 20;
    private static final int ALERTS_DEFAULT = 10;

    private UsageTools() {}

    static ObjectNode budgetStatus(ObjectNode arguments, ApiSession api)
            throws ToolRefusedException {
        String budgetId = Shaping.text(arguments, "budget_id", "default");
        String period = Shaping.text(arguments, "period", "daily");
        JsonNode entries =
                api.get(
                                "/api/budgets/" + ApiSession.encoded(budgetId) + "/summary",
                                new ApiParameters().with("period", period).behind(arguments))
                        .body();
        ObjectNode answer = McpJson.object().put("budget_id", budgetId).put("period", period);
        // What refuses must not be what is left out.
        List<JsonNode> strictest =
                entries.valueStream()
                        .sorted(Comparator.comparingInt(UsageTools::severity))
                        .toList();
        boolean more =
                Shaping.first(
                        McpJson.object().arrayNode().addAll(strictest),
                        Shaping.number(arguments, "limit", ROWS_DEFAULT),
                        answer.putArray("limits"),
                        UsageTools::standing);
        return answer.put("total_limits", entries.size()).put("truncated", more);
    }

    private static int severity(JsonNode entry) {
        return switch (entry.path("type").asString("")) {
            case "hard_limit" -> 0;
            case "soft_limit" -> 1;
            default -> 2;
        };
    }

    private static ObjectNode standing(JsonNode entry) {
        ObjectNode standing = McpJson.object();
        Shaping.copy(
                entry,
                standing,
                "policy_id",
                "type",
                "period",
                "tier",
                "provider",
                "component",
                "task_type",
                "token_limit");
        Shaping.copyAs(entry, "total_tokens_used", standing, "tokens_used");
        Shaping.copyAs(entry, "reserved_tokens", standing, "tokens_reserved");
        Shaping.copyAs(entry, "remaining_tokens", standing, "tokens_remaining");
        Shaping.copy(entry, standing, "token_limit_exceeded");
        Shaping.money(entry, standing, "cost_limit");
        Shaping.moneyAs(entry, "total_cost", standing, "cost_used");
        Shaping.moneyAs(entry, "reserved_cost", standing, "cost_reserved");
        Shaping.moneyAs(entry, "remaining_cost", standing, "cost_remaining");
        Shaping.copy(entry, standing, "cost_limit_exceeded");
        Shaping.copyAs(entry, "start_time", standing, "window_start");
        Shaping.copyAs(entry, "end_time", standing, "window_end");
        Shaping.copy(entry, standing, "exhausted_at", "active_allocations");
        return standing;
    }

    static ObjectNode usage(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        String dimension = arguments.get("dimension").stringValue();
        String id = arguments.get("id").stringValue();
        JsonNode total =
                api.get(
                                "/api/totals/%ss/%s".formatted(dimension, ApiSession.encoded(id)),
                                new ApiParameters()
                                        .with(arguments, "period", "zone")
                                        .behind(arguments))
                        .body();
        ObjectNode answer = McpJson.object().put("dimension", dimension).put("id", id);
        Shaping.copy(arguments, answer, "period");
        Shaping.totals(total, answer);
        return answer;
    }

    static ObjectNode report(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        ApiParameters query =
                new ApiParameters()
                        .with("format", "json")
                        .with(
                                arguments,
                                "budget_id",
                                "component",
                                "context_id",
                                "user_id",
                                "provider",
                                "model",
                                "tier",
                                "task_type",
                                "period",
                                "from",
                                "to",
                                "zone")
                        .behind(arguments);
        if (!arguments.path("group_by").isEmpty()) {
            query.with(
                    "group_by",
                    String.join(
                            ",",
                            arguments
                                    .get("group_by")
                                    .valueStream()
                                    .map(JsonNode::asString)
                                    .toList()));
        }
        JsonNode report = api.get("/api/reports/usage", query).body();
        List<JsonNode> rows = report.get("items").valueStream().toList();
        if (!Shaping.text(arguments, "order", "cost").equals("as_grouped")) {
            rows = rows.stream().sorted(Comparator.comparing(UsageTools::cost).reversed()).toList();
        }
        int most = Math.min(rows.size(), Shaping.number(arguments, "limit", ROWS_DEFAULT));
        ObjectNode answer = McpJson.object();
        Shaping.copy(report, answer, "group_by", "from", "to", "zone");
        Set<String> fields = new TreeSet<>();
        report.get("group_by").forEach(field -> fields.add(field.asString()));
        boolean more =
                Shaping.first(
                        McpJson.object().arrayNode().addAll(rows),
                        most,
                        answer.putArray("rows"),
                        row -> {
                            ObjectNode shaped = McpJson.object();
                            Shaping.copy(row, shaped, fields.toArray(String[]::new));
                            Shaping.totals(row, shaped);
                            return shaped;
                        });
        return answer.put("total_rows", report.get("total").asInt()).put("truncated", more);
    }

    private static BigDecimal cost(JsonNode row) {
        return row.get("total_cost").decimalValue();
    }

    static ObjectNode alerts(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        int most = Shaping.number(arguments, "limit", ALERTS_DEFAULT);
        JsonNode page =
                api.get(
                                "/api/alerts",
                                new ApiParameters()
                                        .with("page", "1")
                                        .with("limit", String.valueOf(most))
                                        .with(
                                                arguments,
                                                "budget_id",
                                                "severity",
                                                "type",
                                                "acknowledged"))
                        .body();
        ObjectNode answer = McpJson.object();
        Shaping.first(page.get("items"), most, answer.putArray("alerts"), UsageTools::alert);
        long total = page.get("total").asLong();
        return answer.put("total", total).put("truncated", total > most);
    }

    private static ObjectNode alert(JsonNode each) {
        ObjectNode alert = McpJson.object();
        Shaping.copy(
                each,
                alert,
                "alert_id",
                "budget_id",
                "policy_id",
                "severity",
                "type",
                "title",
                "message");
        Shaping.copyAs(each, "timestamp", alert, "at");
        Shaping.copy(each, alert, "acknowledged");
        return alert;
    }
}
