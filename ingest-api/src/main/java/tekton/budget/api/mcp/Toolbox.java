package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;

/** The tools by name. Thread-safe. */
final class Toolbox {

    /** What a tool does with arguments that its schema allows. */
    @FunctionalInterface
    private interface ToolBody {
        ObjectNode run(ObjectNode arguments, ApiSession api) throws ToolRefusedException;
    }

    private static final Map<String, ToolBody> BODIES =
            Map.ofEntries(
                    Map.entry("check_budget", SpendingTools::check),
                    Map.entry("get_budget_status", UsageTools::budgetStatus),
                    Map.entry("get_usage", UsageTools::usage),
                    Map.entry("usage_report", UsageTools::report),
                    Map.entry("estimate_cost", PriceTools::estimate),
                    Map.entry("recommend_models", PriceTools::recommend),
                    Map.entry("model_price", PriceTools::price),
                    Map.entry("list_alerts", UsageTools::alerts),
                    Map.entry("explain_refusal", SpendingTools::explain),
                    Map.entry("allocate_budget", SpendingTools::allocate),
                    Map.entry("release_allocation", SpendingTools::release),
                    Map.entry("record_usage", SpendingTools::record));

    private final OwnApi api;

    Toolbox(OwnApi api) {
        this.api = api;
    }

    static boolean has(String name) {
        return BODIES.containsKey(name);
    }

    /**
     * Runs a tool as a caller.
     *
     * @param name one that it {@link #has}
     * @param arguments null for none
     */
    ToolResult call(String name, @Nullable JsonNode arguments, ApiCaller caller) {
        JsonNode schema = ToolCatalog.get().input(name);
        ToolBody body = BODIES.get(name);
        if (schema == null || body == null) {
            throw new IllegalArgumentException("no such tool: " + name);
        }
        ObjectNode given = arguments instanceof ObjectNode object ? object : McpJson.object();
        List<String> problems = ArgumentRules.problems(schema, given);
        if (!problems.isEmpty()) {
            return ToolResult.refused(422, String.join(" ", problems));
        }
        try {
            return ToolResult.of(body.run(given, new ApiSession(api, caller)));
        } catch (ToolRefusedException refused) {
            return ToolResult.refused(refused.status(), String.valueOf(refused.getMessage()));
        }
    }
}
