package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.mcp.TektonCalls.TektonRequest;

import tools.jackson.databind.node.ObjectNode;

/** What Tekton's programs ask of a budget: as a tool, and as a message with its answer's type. */
enum TektonTool {
    ALLOCATE_BUDGET("AllocateBudget", "budget.allocate_tokens", "budget.allocation_response"),
    CHECK_BUDGET("CheckBudget", "budget.check_budget", "budget.check_response"),
    RECORD_USAGE("RecordUsage", "budget.record_usage", "budget.usage_response"),
    GET_BUDGET_STATUS("GetBudgetStatus", "budget.get_budget_status", "budget.status_response"),
    GET_MODEL_RECOMMENDATIONS(
            "GetModelRecommendations",
            "budget.get_model_recommendations",
            "budget.recommendations_response"),
    ROUTE_WITH_BUDGET_AWARENESS(
            "RouteWithBudgetAwareness",
            "budget.route_with_budget_awareness",
            "budget.routing_response"),
    GET_USAGE_ANALYTICS(
            "GetUsageAnalytics", "budget.get_usage_analytics", "budget.analytics_response");

    private final String toolName;
    private final String messageType;
    private final String responseType;

    TektonTool(String toolName, String messageType, String responseType) {
        this.toolName = toolName;
        this.messageType = messageType;
        this.responseType = responseType;
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
        return switch (this) {
            case ALLOCATE_BUDGET -> TektonCalls.allocate(request, api);
            case CHECK_BUDGET -> TektonCalls.check(request, api);
            case RECORD_USAGE -> TektonCalls.record(request, api);
            case GET_BUDGET_STATUS -> TektonCalls.status(request, api);
            case GET_MODEL_RECOMMENDATIONS -> TektonCalls.recommend(request, api);
            case ROUTE_WITH_BUDGET_AWARENESS -> TektonCalls.route(request, api);
            case GET_USAGE_ANALYTICS -> TektonCalls.analytics(request, api);
        };
    }
}
