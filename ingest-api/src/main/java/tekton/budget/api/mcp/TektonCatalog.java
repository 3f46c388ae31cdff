package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.registry.HermesTool;
import tekton.budget.api.route.ServiceIdentity;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The seven tools and messages by which Tekton's programs know a budget: a file, in its order. */
final class TektonCatalog {

    /** A tool may also be called by these before its name. */
    private static final String[] PREFIXES = {"budget.", "budget_"};

    private static final Map<String, String> CAPABILITIES =
            Map.of(
                    "budget_management",
                    "resource",
                    "model_recommendations",
                    "optimization",
                    "budget_analytics",
                    "analytics");

    private final ServiceIdentity service;

    TektonCatalog(ServiceIdentity service) {
        this.service = service;
    }

    /** Read at the first use: the start has no use for it. */
    private static final class Entries {
        static final ArrayNode READ = ToolCatalog.read("/api/tekton-tools.json");
    }

    /** The tool of that name, with or without a prefix; null for none. */
    static @Nullable TektonTool named(String name) {
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return TektonTool.named(name.substring(prefix.length()));
            }
        }
        return TektonTool.named(name);
    }

    /** The list as Tekton's programs read it. */
    ObjectNode list() {
        ObjectNode list = McpJson.object();
        ArrayNode tools = list.putArray("tools");
        for (JsonNode entry : Entries.READ) {
            String name = entry.get("name").stringValue();
            ObjectNode tool = tools.addObject();
            tool.put("id", PREFIXES[0] + name).put("name", name);
            Shaping.copy(entry, tool, "description", "schema", "tags");
            tool.put("category", "budget")
                    .put("version", service.version())
                    .put("endpoint", path(name));
            tool.putObject("metadata")
                    .put("component", ServiceIdentity.COMPONENT)
                    .put("message_type", entry.get("message_type").stringValue())
                    .put("response_type", entry.get("response_type").stringValue());
            tool.put("registered_at", service.startedAt().toString());
        }
        return list.put("count", tools.size());
    }

    /** What Hermes is told of them. */
    List<HermesTool> forHermes() {
        List<HermesTool> tools = new ArrayList<>();
        for (JsonNode entry : Entries.READ) {
            String name = entry.get("name").stringValue();
            tools.add(
                    new HermesTool(
                            PREFIXES[1] + name,
                            entry.get("description").stringValue(),
                            McpJson.text(entry.get("schema")),
                            path(name)));
        }
        return tools;
    }

    /** What this service can do, in three words. */
    static ObjectNode capabilities() {
        ObjectNode answer = McpJson.object();
        ArrayNode all = answer.putArray("capabilities");
        CAPABILITIES.keySet().stream()
                .sorted()
                .forEach(
                        name ->
                                all.addObject()
                                        .put("name", name)
                                        .put("description", name.replace('_', ' '))
                                        .put("modality", CAPABILITIES.get(name)));
        return answer.put("count", all.size());
    }

    private static String path(String name) {
        return "/api/tools/" + name + "/execute";
    }
}
