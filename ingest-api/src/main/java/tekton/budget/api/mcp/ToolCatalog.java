package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What the tools are called, say of themselves, take and answer: a file, in its order. */
final class ToolCatalog {

    private static final String FILE = "/api/mcp-tools.json";

    private final ArrayNode tools;
    private final Map<String, JsonNode> byName = new LinkedHashMap<>();

    private ToolCatalog(ArrayNode tools) {
        this.tools = tools;
        tools.forEach(tool -> byName.put(tool.get("name").stringValue(), tool));
    }

    /** Read at the first use: the start has no use for it. */
    private static final class Holder {
        static final ToolCatalog READ = new ToolCatalog(read(FILE));
    }

    static ToolCatalog get() {
        return Holder.READ;
    }

    /** All of them. Nobody may change them. */
    ArrayNode tools() {
        return tools;
    }

    /** What a tool takes; null for a tool that there is not. */
    @Nullable JsonNode input(String name) {
        JsonNode tool = byName.get(name);
        return tool == null ? null : tool.get("inputSchema");
    }

    /** An array of the class path. */
    static ArrayNode read(String file) {
        try (InputStream in = ToolCatalog.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + ": not on the class path");
            }
            return (ArrayNode) Objects.requireNonNull(McpJson.read(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
