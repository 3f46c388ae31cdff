package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The Model Context Protocol in both of its eras: requests of 2026-07-28, which each say what they
 * are, and those of clients that begin with {@code initialize}. Nothing is remembered between
 * requests in either. Knows nothing of HTTP but statuses. Thread-safe.
 */
final class McpProtocol {

    /** The revision whose requests stand alone. */
    static final String MODERN = "2026-07-28";

    /** The revisions that begin with {@code initialize}, the newest first. */
    static final List<String> LEGACY =
            List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");

    /** The revisions in which one POST may have several messages; also meant by no header. */
    private static final Set<String> BATCHED = Set.of("2025-03-26", "2024-11-05");

    private static final int BATCH_MAX = 20;

    private static final String META = "io.modelcontextprotocol/";
    private static final String VERSION = META + "protocolVersion";
    private static final String CAPABILITIES = META + "clientCapabilities";

    private static final int TTL_MS = 3_600_000;

    private static final String INSTRUCTIONS =
            "Budget meters LLM tokens and money. Before you spend, ask check_budget, or reserve"
                + " with allocate_budget; report each model call with record_usage; give the rest"
                + " back with release_allocation. All cost is USD as exact decimal text. A refusal"
                + " names the limit in the way and what is left of it.";

    /** Runs tools for one caller. */
    @FunctionalInterface
    interface ToolRunner {
        ToolResult run(String name, @Nullable JsonNode arguments);
    }

    private final String version;

    /**
     * The protocol.
     *
     * @param version of this service
     */
    McpProtocol(String version) {
        this.version = version;
    }

    /** Answers what one POST has brought. */
    McpReply answer(byte[] body, McpHeaders headers, ToolRunner tools) {
        JsonNode message = McpJson.read(body);
        if (message == null) {
            return new McpReply(
                    400,
                    RpcError.PARSE.answer(
                            null,
                            "The body is no JSON (expected: one JSON-RPC message in UTF-8, at most"
                                    + " %d deep)".formatted(McpJson.DEPTH_MAX)));
        }
        return message instanceof ArrayNode batch
                ? batch(batch, headers, tools)
                : one(message, headers, tools);
    }

    private McpReply batch(ArrayNode batch, McpHeaders headers, ToolRunner tools) {
        String revision = headers.version();
        if (revision != null && !BATCHED.contains(revision)) {
            return invalid(null, "revision %s has no batches".formatted(Shown.text(revision)));
        }
        if (batch.isEmpty() || batch.size() > BATCH_MAX) {
            return invalid(
                    null, "a batch of %d (expected: 1 to %d)".formatted(batch.size(), BATCH_MAX));
        }
        ArrayNode answers = batch.arrayNode();
        for (JsonNode message : batch) {
            boolean begins = message.path("method").asString("").equals("initialize");
            JsonNode answer =
                    begins
                            ? RpcError.INVALID_REQUEST.answer(
                                    id(message), "initialize stands alone, in no batch")
                            : one(message, headers, tools).body();
            if (answer != null) {
                answers.add(answer);
            }
        }
        return answers.isEmpty() ? McpReply.ACCEPTED : McpReply.of(answers);
    }

    private McpReply one(JsonNode message, McpHeaders headers, ToolRunner tools) {
        if (!message.isObject() || !message.path("jsonrpc").asString("").equals("2.0")) {
            return invalid(id(message), "no JSON-RPC 2.0 message");
        }
        JsonNode method = message.path("method");
        if (method.isMissingNode() && (message.has("result") || message.has("error"))) {
            return McpReply.ACCEPTED;
        }
        if (!method.isString()) {
            return invalid(id(message), "method: missing (expected: text)");
        }
        if (!message.has("id")) {
            return McpReply.ACCEPTED;
        }
        JsonNode id = id(message);
        if (id == null) {
            return invalid(null, "id: of another type (expected: text or an integer)");
        }
        JsonNode params = message.path("params");
        if (!params.isMissingNode() && !params.isObject()) {
            return new McpReply(
                    400,
                    RpcError.INVALID_PARAMS.answer(id, "params: no object (expected: an object)"));
        }
        String name = method.stringValue();
        return isModern(params, headers)
                ? modern(id, name, params, headers, tools)
                : legacy(id, name, params, headers, tools);
    }

    private static @Nullable JsonNode id(JsonNode message) {
        JsonNode id = message.path("id");
        return id.isString() || id.isIntegralNumber() ? id : null;
    }

    private static McpReply invalid(@Nullable JsonNode id, String why) {
        return new McpReply(400, RpcError.INVALID_REQUEST.answer(id, why));
    }

    private static boolean isModern(JsonNode params, McpHeaders headers) {
        return params.path("_meta").has(VERSION) || MODERN.equals(headers.version());
    }

    private McpReply modern(
            JsonNode id, String method, JsonNode params, McpHeaders headers, ToolRunner tools) {
        JsonNode meta = params.path("_meta");
        if (!meta.path(VERSION).isString() || !meta.path(CAPABILITIES).isObject()) {
            return new McpReply(
                    400,
                    RpcError.INVALID_PARAMS.answer(
                            id,
                            "params._meta: needs %s (text) and %s (an object)"
                                    .formatted(VERSION, CAPABILITIES)));
        }
        String revision = meta.get(VERSION).stringValue();
        if (!revision.equals(headers.version())) {
            return mismatch(id, "MCP-Protocol-Version", headers.version(), revision);
        }
        if (!revision.equals(MODERN)) {
            return unsupported(id, revision);
        }
        if (!method.equals(headers.method())) {
            return mismatch(id, "Mcp-Method", headers.method(), method);
        }
        String named = params.path("name").asString("");
        if (method.equals("tools/call") && !named.equals(headers.plainName())) {
            return mismatch(id, "Mcp-Name", headers.name(), named);
        }
        return switch (method) {
            case "server/discover" -> McpReply.of(complete(id, cached(discovered())));
            case "tools/list" -> listed(id, params, true);
            case "tools/call" -> called(id, params, tools, true);
            default -> new McpReply(404, noMethod(id, method));
        };
    }

    private static McpReply mismatch(
            JsonNode id, String header, @Nullable String sent, String expected) {
        return new McpReply(
                400,
                RpcError.HEADER_MISMATCH.answer(
                        id,
                        "header %s: %s (expected: %s, as the body has it)"
                                .formatted(
                                        header,
                                        sent == null ? "missing" : Shown.text(sent),
                                        Shown.text(expected))));
    }

    private static McpReply unsupported(JsonNode id, String requested) {
        ObjectNode data = McpJson.object();
        data.putArray("supported").add(MODERN);
        data.put("requested", requested);
        return new McpReply(
                400,
                RpcError.UNSUPPORTED_VERSION.answer(
                        id,
                        "protocol version: %s (expected: %s; of earlier ones, a session that begins"
                                        .formatted(Shown.text(requested), MODERN)
                                + " with initialize)",
                        data));
    }

    private McpReply legacy(
            JsonNode id, String method, JsonNode params, McpHeaders headers, ToolRunner tools) {
        String sent = headers.version();
        if (sent != null && !LEGACY.contains(sent) && !method.equals("initialize")) {
            return unsupported(id, sent);
        }
        return switch (method) {
            case "initialize" -> McpReply.of(result(id, initialized(params)));
            case "ping" -> McpReply.of(result(id, McpJson.object()));
            case "tools/list" -> listed(id, params, false);
            case "tools/call" -> called(id, params, tools, false);
            default -> McpReply.of(noMethod(id, method));
        };
    }

    private static ObjectNode noMethod(JsonNode id, String method) {
        return RpcError.METHOD_NOT_FOUND.answer(
                id, "method: %s is not served".formatted(Shown.text(method)));
    }

    private ObjectNode initialized(JsonNode params) {
        String wanted = params.path("protocolVersion").asString("");
        ObjectNode result =
                McpJson.object()
                        .put(
                                "protocolVersion",
                                LEGACY.contains(wanted) ? wanted : LEGACY.getFirst());
        result.putObject("capabilities").putObject("tools");
        result.set("serverInfo", serverInfo());
        return result.put("instructions", INSTRUCTIONS);
    }

    private ObjectNode discovered() {
        ObjectNode result = McpJson.object();
        result.putArray("supportedVersions").add(MODERN);
        result.putObject("capabilities").putObject("tools");
        return result.put("instructions", INSTRUCTIONS);
    }

    private ObjectNode serverInfo() {
        return McpJson.object()
                .put("name", "tekton-budget")
                .put("title", "Budget")
                .put("version", version);
    }

    private McpReply listed(JsonNode id, JsonNode params, boolean modern) {
        if (params.path("cursor").isString()) {
            return error(
                    modern,
                    RpcError.INVALID_PARAMS.answer(
                            id, "cursor: no such page (expected: none, there is one page)"));
        }
        ObjectNode result = McpJson.object();
        result.set("tools", ToolCatalog.get().tools());
        return McpReply.of(modern ? complete(id, cached(result)) : result(id, result));
    }

    private McpReply called(JsonNode id, JsonNode params, ToolRunner tools, boolean modern) {
        JsonNode name = params.path("name");
        if (!name.isString() || !Toolbox.has(name.stringValue())) {
            return error(
                    modern,
                    RpcError.INVALID_PARAMS.answer(
                            id,
                            "name: %s is no tool"
                                    .formatted(
                                            name.isString()
                                                    ? Shown.text(name.stringValue())
                                                    : "missing")));
        }
        JsonNode arguments = params.path("arguments");
        if (!arguments.isMissingNode() && !arguments.isObject()) {
            return error(
                    modern,
                    RpcError.INVALID_PARAMS.answer(
                            id, "arguments: no object (expected: an object)"));
        }
        ToolResult found =
                tools.run(name.stringValue(), arguments.isMissingNode() ? null : arguments);
        ObjectNode result = McpJson.object();
        result.putArray("content").addObject().put("type", "text").put("text", found.text());
        if (found.answer() != null) {
            result.set("structuredContent", Objects.requireNonNull(found.answer()));
        }
        result.put("isError", found.answer() == null);
        return McpReply.of(modern ? complete(id, result) : result(id, result));
    }

    /** An error of a request that is understood: the eras have different statuses for it. */
    private static McpReply error(boolean modern, ObjectNode answer) {
        return new McpReply(modern ? 400 : 200, answer);
    }

    private static ObjectNode cached(ObjectNode result) {
        return result.put("ttlMs", TTL_MS).put("cacheScope", "public");
    }

    private ObjectNode complete(JsonNode id, ObjectNode result) {
        result.put("resultType", "complete");
        result.putObject("_meta").set(META + "serverInfo", serverInfo());
        return result(id, result);
    }

    private static ObjectNode result(JsonNode id, ObjectNode result) {
        ObjectNode answer = McpJson.object().put("jsonrpc", "2.0");
        answer.set("id", id);
        answer.set("result", result);
        return answer;
    }
}
