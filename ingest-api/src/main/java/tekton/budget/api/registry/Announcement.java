package tekton.budget.api.registry;

import tekton.budget.api.route.Capability;
import tekton.budget.api.route.ServiceIdentity;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What an entry says, in one form for both families of Hermes and in one for the file.
 *
 * @param componentId this service's own id of the entry
 * @param name the entry's name
 * @param version of this service
 * @param endpoint where it serves, a URL
 * @param socketPaths where WebSockets are
 * @param instance of this process
 */
record Announcement(
        String componentId,
        String name,
        String version,
        String endpoint,
        List<String> socketPaths,
        UUID instance) {

    private static final String TYPE = "budget_manager";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * The body of a registration: Hermes takes names of capabilities only, and all else is more.
     */
    byte[] body() {
        ObjectNode body = common();
        ArrayNode names = body.putArray("capabilities");
        Capability.wireNames().forEach(names::add);
        ObjectNode metadata = metadata();
        metadata.set("capabilities", capabilities());
        metadata.putArray("mcp_capabilities");
        metadata.putArray("dependencies");
        metadata.put("health", "/health");
        body.set("metadata", metadata);
        return JSON.writeValueAsBytes(body);
    }

    /** The file's content. */
    byte[] file(Instant now) {
        ObjectNode file = common();
        file.set("capabilities", capabilities());
        file.set("metadata", metadata());
        file.put("instance_uuid", instance.toString());
        file.put("registration_time", BigDecimal.valueOf(now.toEpochMilli(), 3));
        file.put("status", "active");
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(file);
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode common() {
        ObjectNode common = JsonNodeFactory.instance.objectNode();
        common.put("component_id", componentId);
        common.put("name", name);
        common.put("type", TYPE);
        common.put("version", version);
        common.put("endpoint", endpoint);
        common.putArray("dependencies");
        common.putArray("mcp_capabilities");
        return common;
    }

    private ObjectNode metadata() {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("description", ServiceIdentity.DESCRIPTION);
        metadata.put("version", version);
        metadata.put("ui_enabled", true);
        metadata.put("ui_component", "budget-dashboard");
        metadata.put("supports_mcp", true);
        ArrayNode sockets = metadata.putArray("websocket_endpoints");
        for (String path : socketPaths) {
            sockets.addObject().put("path", path).put("description", "Live " + lastPart(path));
        }
        return metadata;
    }

    private static ArrayNode capabilities() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (Capability each : Capability.values()) {
            ObjectNode capability = all.addObject();
            capability.put("name", each.wireName());
            capability.put("description", each.description());
            ObjectNode parameters = capability.putObject("parameters");
            each.parameters().forEach(parameters::put);
        }
        return all;
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
