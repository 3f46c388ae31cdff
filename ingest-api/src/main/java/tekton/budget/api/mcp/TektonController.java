package tekton.budget.api.mcp;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.mcp.TektonCalls.TektonRequest;
import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.time.InstantSource;

/**
 * Tekton's own ways in, which it calls MCP: a list of tools, their execution, and messages. A
 * refusal is an answer with status 200 that says so, because that is what its programs read.
 */
@Controller
public final class TektonController {

    private static final String SUCCESS = "success";
    private static final String ERROR = "error";

    private final TektonCatalog catalog;
    private final OwnApi api;
    private final InstantSource clock;

    TektonController(TektonCatalog catalog, OwnApi api, InstantSource clock) {
        this.catalog = catalog;
        this.api = api;
        this.clock = clock;
    }

    /** What became of a tool. */
    private record TektonOutcome(@Nullable ObjectNode result, @Nullable String error) {}

    /** Which tools there are. */
    @GetMapping({
        "/mcp/tools",
        "/api/mcp/tools",
        "/api/v1/mcp/tools",
        "/api/mcp/v2/tools",
        "/api/v1/mcp/v2/tools"
    })
    public void tools(HttpServletResponse response) throws IOException {
        McpController.write(response, HttpServletResponse.SC_OK, catalog.list());
    }

    /** That there is somebody. */
    @GetMapping({"/api/mcp/health", "/api/v1/mcp/health"})
    public void health(HttpServletResponse response) throws IOException {
        McpController.write(
                response,
                HttpServletResponse.SC_OK,
                McpJson.object()
                        .put("status", "healthy")
                        .put("message", "Tools and messages are served"));
    }

    /** What this service can do. */
    @GetMapping({"/api/mcp/capabilities", "/api/v1/mcp/capabilities"})
    public void capabilities(HttpServletResponse response) throws IOException {
        McpController.write(response, HttpServletResponse.SC_OK, TektonCatalog.capabilities());
    }

    /** Executes the tool of the path; 404 for none. */
    @PostMapping({
        "/mcp/tools/{id}/execute",
        "/api/tools/{id}/execute",
        "/api/v1/tools/{id}/execute"
    })
    public void execute(
            @PathVariable("id") String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        TektonTool tool = TektonCatalog.named(id);
        if (tool == null) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.RESOURCE_NOT_FOUND,
                            "tool: %s is not known (expected: one of GET /mcp/tools)"
                                    .formatted(Shown.text(id))));
        }
        answer(response, run(tool, object(request), request));
    }

    /** Executes the tool that the body names. */
    @PostMapping({"/api/mcp/process", "/api/v1/mcp/process"})
    public void process(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ObjectNode body = object(request);
        String name = body.path("tool_name").asString(body.path("tool").asString(""));
        TektonTool tool = TektonCatalog.named(name);
        answer(
                response,
                tool == null
                        ? new TektonOutcome(
                                null, "tool_name: %s is not known".formatted(Shown.text(name)))
                        : run(tool, body, request));
    }

    private TektonOutcome run(TektonTool tool, ObjectNode body, HttpServletRequest request) {
        JsonNode context = body.path("context");
        String sender = context.path("sender").asString(context.path("component").asString("mcp"));
        JsonNode fields = body.path("arguments");
        if (!fields.isObject()) {
            fields = body.path("parameters");
        }
        return run(
                tool,
                sender,
                body.path("request_id").asString(""),
                fields instanceof ObjectNode object ? object : McpJson.object(),
                request);
    }

    private TektonOutcome run(
            TektonTool tool,
            String sender,
            String id,
            ObjectNode fields,
            HttpServletRequest request) {
        String own = fields.path("request_id").asString(id);
        try {
            return new TektonOutcome(
                    tool.run(
                            new TektonRequest(
                                    sender.isEmpty() ? "mcp" : sender,
                                    isId(own) ? own : TektonCalls.newId(),
                                    fields),
                            new ApiSession(api, ApiCaller.of(request))),
                    null);
        } catch (ToolRefusedException refused) {
            return new TektonOutcome(null, refused.getMessage());
        }
    }

    /** Fit for a header. */
    private static boolean isId(String text) {
        return !text.isEmpty()
                && text.length() <= 240
                && text.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    private static void answer(HttpServletResponse response, TektonOutcome outcome)
            throws IOException {
        ObjectNode answer =
                McpJson.object()
                        .put(SUCCESS, outcome.error() == null)
                        .put("status", outcome.error() == null ? SUCCESS : ERROR);
        answer.set("result", outcome.result());
        answer.put(ERROR, outcome.error()).putObject("metadata");
        McpController.write(response, HttpServletResponse.SC_OK, answer);
    }

    /** Answers a message, always with 200. */
    @PostMapping({"/api/mcp/message", "/api/v1/mcp/message"})
    public void message(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ObjectNode message = object(request);
        String id = message.path("message_id").asString("");
        String type = message.path("message_type").asString("");
        String sender = message.path("sender").asString("");
        TektonTool tool = TektonTool.ofMessage(type);
        TektonOutcome outcome;
        if (tool == null || sender.isEmpty()) {
            outcome =
                    new TektonOutcome(
                            null,
                            tool == null
                                    ? "message_type: %s is not known".formatted(Shown.text(type))
                                    : "sender: missing");
        } else {
            JsonNode payload = message.path("payload");
            outcome =
                    run(
                            tool,
                            sender,
                            id,
                            payload instanceof ObjectNode object ? object : McpJson.object(),
                            request);
        }
        ObjectNode answer =
                McpJson.object()
                        .put("message_id", TektonCalls.newId())
                        .put("sender", "budget")
                        .put("message_type", tool == null ? "budget.error" : tool.responseType())
                        .put("timestamp", clock.instant().toString());
        answer.set("payload", outcome.result() == null ? McpJson.object() : outcome.result());
        answer.put("request_id", id)
                .put("status", outcome.error() == null ? SUCCESS : ERROR)
                .put(ERROR, outcome.error());
        McpController.write(response, HttpServletResponse.SC_OK, answer);
    }

    private static ObjectNode object(HttpServletRequest request) throws IOException {
        if (McpJson.read(JsonBodies.bytes(request)) instanceof ObjectNode body) {
            return body;
        }
        throw new ProblemException(
                Problem.unreadable(
                        "body: no JSON object (expected: one, at most %d deep)"
                                .formatted(McpJson.DEPTH_MAX)));
    }
}
