package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.mcp.TektonCalls.TektonRequest;

import tools.jackson.databind.node.ObjectNode;

/** What Tekton's programs ask of a budget: as a tool, and as a message with its answer's type. */
enum TektonTool {
    ALLOCATE_BUDGET(
            "AllocateBudget",
            "budget.allocate_tokens",
            "budget.allocation_response",
            TektonCalls::allocate),
    CHECK_BUDGET("CheckBudget", "budget.check_budget", "budget.check_response", TektonCalls::check),
    RECORD_USAGE(
            "RecordUsage", "budget.record_usage", "budget.usage_response", TektonCalls::record),
    GET_BUDGET_STATUS(
            "GetBudgetStatus",
            "budget.get_budget_status",
            "budget.status_response",
            TektonCalls::status),
    GET_MODEL_RECOMMENDATIONS(
            "GetModelRecommendations",
            "budget.get_model_recommendations",
            "budget.recommendations_response",
            TektonCalls::recommend),
    ROUTE_WITH_BUDGET_AWARENESS(
            "RouteWithBudgetAwareness",
            "budget.route_with_budget_awareness",
            "budget.routing_response",
            TektonCalls::route),
    GET_USAGE_ANALYTICS(
            "GetUsageAnalytics",
            "budget.get_usage_analytics",
            "budget.analytics_response",
            TektonCalls::analytics);

    /** What a tool does. */
    @FunctionalInterface
    interface TektonBody {
        ObjectNode run(TektonRequest request, ApiSession api) throws ToolRefusedException;
    }

    private final String toolName;
    private final String messageType;
    private final String responseType;
    private final TektonBody body;

    TektonTool(String toolName, String messageType, String responseType, TektonBody body) {
        this.toolName = toolName;
        this.messageType = messageType;
        this.responseType = responseType;
        this.body = body;
    }

    static @Nullable TektonTool named(String name) {
        for (TektonTool tool : values()) {
            if (tool.toolName.equals(name)) {
                return tool;
            }
        }
        return null;
    }

    static @Nullable TektonTool ofMessage(String type) {
        for (TektonTool tool : values()) {
            if (tool.messageType.equals(type)) {
                return tool;
            }
        }
        return null;
    }

    String responseType() {
        return responseType;
    }

    ObjectNode run(TektonRequest request, ApiSession api) throws ToolRefusedException {
        return body.run(request, api);
    }
}
