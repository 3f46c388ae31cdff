package tekton.budget.api.mcp;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.ProblemException;

import tools.jackson.databind.JsonNode;

import java.io.IOException;

/**
 * {@code POST /mcp}: the Model Context Protocol over HTTP, one JSON answer to each POST. A failure
 * is told in the protocol's own words: a client takes another body for a server of an earlier era.
 */
@Controller
public final class McpController {

    private static final Logger LOG = LoggerFactory.getLogger(McpController.class);

    private final McpProtocol protocol;
    private final Toolbox tools;

    McpController(McpProtocol protocol, Toolbox tools) {
        this.protocol = protocol;
        this.tools = tools;
    }

    /** Answers one message, or those of a batch. */
    @PostMapping("/mcp")
    public void message(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ApiCaller caller = ApiCaller.of(request);
        McpReply reply;
        try {
            reply =
                    protocol.answer(
                            JsonBodies.bytes(request),
                            McpHeaders.of(request),
                            (name, arguments) -> tools.call(name, arguments, caller));
        } catch (ProblemException refused) {
            reply =
                    new McpReply(
                            refused.problem().type().status(),
                            RpcError.INVALID_REQUEST.answer(null, refused.problem().detail()));
        } catch (RuntimeException failure) {
            LOG.error("POST /mcp failed", failure);
            reply =
                    new McpReply(
                            HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                            RpcError.INTERNAL.answer(null, "Something went wrong on this side"));
        }
        write(response, reply.status(), reply.body());
    }

    static void write(HttpServletResponse response, int status, @Nullable JsonNode body)
            throws IOException {
        response.setStatus(status);
        if (body != null) {
            byte[] bytes = McpJson.bytes(body);
            response.setContentType(Bodies.JSON);
            response.setContentLength(bytes.length);
            response.getOutputStream().write(bytes);
        }
    }
}
