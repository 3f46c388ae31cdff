package tekton.budget.bench.hostile;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The operations of an OpenAPI document, under every prefix that they have. Immutable. */
final class ApiDocument {

    private static final List<String> METHODS = List.of("get", "post", "put", "delete");

    /** The one request that the run must not send. */
    private static final String THE_END = "shutdown";

    private final JsonNode root;
    private final List<ApiOperation> operations = new ArrayList<>();

    /**
     * Something that can be asked for.
     *
     * @param path with its parameters in braces
     * @param parameters as the document has them, without references
     * @param bodies what may be sent
     */
    record ApiOperation(
            String method, String path, List<JsonNode> parameters, List<BodyKind> bodies) {

        /** Whether usage may be counted because of it. */
        boolean takesUsage() {
            return method.equals("POST") && path.contains("/usage/");
        }
    }

    /**
     * A body that an operation takes.
     *
     * @param examples as JSON or as lines
     */
    record BodyKind(String mediaType, JsonNode schema, List<JsonNode> examples) {}

    private ApiDocument(JsonNode root) {
        this.root = root;
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it has no operations
     */
    static ApiDocument of(byte[] json) {
        ApiDocument document = new ApiDocument(JsonMapper.shared().readTree(json));
        document.root
                .path("paths")
                .properties()
                .forEach(path -> document.add(path.getKey(), path.getValue()));
        if (document.operations.isEmpty()) {
            throw new IllegalArgumentException("document: no operations in it");
        }
        return document;
    }

    /** A document of topics: its schemas can be asked for, operations of HTTP it has none. */
    static ApiDocument ofTopics(byte[] json) {
        return new ApiDocument(JsonMapper.shared().readTree(json));
    }

    /** What the values of a message are like. */
    JsonNode payload(String message) {
        return root.path("components")
                .path("messages")
                .path(message)
                .path("payload")
                .path("schema");
    }

    /** All but the end of the service, in the order of the document. */
    List<ApiOperation> operations() {
        return operations;
    }

    private void add(String path, JsonNode item) {
        if (path.contains(THE_END)) {
            return;
        }
        JsonNode servers =
                item.path("servers").isMissingNode() ? root.path("servers") : item.path("servers");
        for (Map.Entry<String, JsonNode> each : item.properties()) {
            if (METHODS.contains(each.getKey())) {
                List<JsonNode> parameters = new ArrayList<>();
                item.path("parameters").forEach(one -> parameters.add(resolved(one)));
                each.getValue().path("parameters").forEach(one -> parameters.add(resolved(one)));
                for (JsonNode server : servers) {
                    String url = server.path("url").asString("");
                    operations.add(
                            new ApiOperation(
                                    each.getKey().toUpperCase(Locale.ROOT),
                                    (url.equals("/") ? "" : url) + path,
                                    parameters,
                                    bodies(resolved(each.getValue().path("requestBody")))));
                }
            }
        }
    }

    private List<BodyKind> bodies(JsonNode body) {
        List<BodyKind> kinds = new ArrayList<>();
        body.path("content")
                .properties()
                .forEach(
                        each -> {
                            List<JsonNode> examples = new ArrayList<>();
                            if (each.getValue().has("example")) {
                                examples.add(each.getValue().path("example"));
                            }
                            each.getValue()
                                    .path("examples")
                                    .forEach(one -> examples.add(resolved(one).path("value")));
                            kinds.add(
                                    new BodyKind(
                                            each.getKey(),
                                            each.getValue().path("schema"),
                                            examples));
                        });
        return kinds;
    }

    /** What a reference means; anything else as it is. */
    JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").asString("");
        return reference.startsWith("#/") ? root.at(reference.substring(1)) : node;
    }
}
