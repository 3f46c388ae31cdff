package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The errors of JSON-RPC that are answered here, with their codes. */
enum RpcError {
    PARSE(-32700),
    INVALID_REQUEST(-32600),
    METHOD_NOT_FOUND(-32601),
    INVALID_PARAMS(-32602),
    INTERNAL(-32603),
    /** Of 2026-07-28: a header says something else than the body. */
    HEADER_MISMATCH(-32020),
    /** Of 2026-07-28. */
    UNSUPPORTED_VERSION(-32022);

    private final int code;

    RpcError(int code) {
        this.code = code;
    }

    /**
     * The answer to a request.
     *
     * @param id the request's; null where it cannot be known
     */
    ObjectNode answer(@Nullable JsonNode id, String message) {
        return answer(id, message, null);
    }

    ObjectNode answer(@Nullable JsonNode id, String message, @Nullable ObjectNode data) {
        ObjectNode answer = McpJson.object().put("jsonrpc", "2.0");
        answer.set("id", id == null ? JsonNodeFactory.instance.nullNode() : id);
        ObjectNode error = answer.putObject("error").put("code", code).put("message", message);
        if (data != null) {
            error.set("data", data);
        }
        return answer;
    }
}
