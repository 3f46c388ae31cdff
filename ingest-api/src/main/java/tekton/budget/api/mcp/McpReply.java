package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

/**
 * What a POST is answered with.
 *
 * @param status the HTTP status
 * @param body null for no body
 */
record McpReply(int status, @Nullable JsonNode body) {

    /** For what is not answered: notifications, and answers to questions that nobody asked. */
    static final McpReply ACCEPTED = new McpReply(202, null);

    static McpReply of(JsonNode body) {
        return new McpReply(200, body);
    }
}
