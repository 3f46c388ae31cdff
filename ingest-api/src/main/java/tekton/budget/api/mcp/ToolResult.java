package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a tool has answered.
 *
 * @param answer what it found or did, as its output schema has it; null when it refused
 * @param text the answer as JSON, or why it was refused as sentences
 * @param status the HTTP status of the refusal that it stems from; 200 without one
 */
record ToolResult(@Nullable ObjectNode answer, String text, int status) {

    static ToolResult of(ObjectNode answer) {
        return new ToolResult(answer, McpJson.text(answer), 200);
    }

    static ToolResult refused(int status, String why) {
        return new ToolResult(null, why, status);
    }
}
