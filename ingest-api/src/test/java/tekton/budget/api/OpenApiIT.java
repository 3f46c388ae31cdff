package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.alerting.consume.Alerting;
import tekton.budget.alerting.consume.AlertingClients;
import tekton.budget.alerting.consume.ProcessingStep;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.api.route.AccessScope;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The API's document and the API are the same: each route is in it and the reverse, every example
 * is sent, and what comes back is of the documented status and has exactly the documented fields.
 */
class OpenApiIT {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

    @TempDir private static Path data;

    private static TestBroker broker;
    private static Alerting alerting;
    private static Api api;
    private static JsonNode document;

    /** An operation of the document, with the path that leads to it. */
    private record Operation(String method, String path, JsonNode item) {}

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        alerting =
                new Alerting(
                        new AlertingClients(
                                KafkaConnection.plain(broker.bootstrapServers()), "documented"),
                        new Attempts(1, Duration.ofMillis(20)),
                        false,
                        InstantSource.system(),
                        ProcessingStep.UNOBSERVED);
        alerting.start();
        api = Api.start(broker.bootstrapServers(), data).awaitHealthy();
        Api.await(() -> api.get("/ready").statusCode() == 200);
        Api.await(() -> api.get("/api/alerts").statusCode() == 200);
        UsageTopic.write(broker.bootstrapServers(), 0, "chat-7", "no record");
        Api.await(() -> !Api.json(api.get("/api/dead-letters")).get("items").isEmpty());
        document = JSON.readTree(api.get("/api/v1/openapi.json").body());
    }

    @AfterAll
    static void stop() {
        api.close();
        alerting.close();
        broker.close();
    }

    @Test
    void shouldDocumentEveryRouteAndNoOther() {
        Set<String> documented = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            JsonNode servers = path.getValue().path("servers");
            for (JsonNode server : servers.isMissingNode() ? document.get("servers") : servers) {
                String prefix = server.get("url").asString().replaceFirst("/$", "");
                for (String method : METHODS) {
                    if (path.getValue().has(method)) {
                        documented.add(
                                method.toUpperCase(Locale.ROOT) + ' ' + prefix + path.getKey());
                    }
                }
            }
        }

        assertThat(documented).isEqualTo(Routes.of(api));
    }

    @Test
    void shouldResolveEveryReferenceAndNameEachOperationOnce() {
        assertThat(document.findValues("$ref"))
                .isNotEmpty()
                .allSatisfy(
                        reference ->
                                assertThat(
                                                document.at(reference.asString().substring(1))
                                                        .isObject())
                                        .as(reference.asString())
                                        .isTrue());
        assertThat(document.findValues("operationId")).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void shouldSayWhichScopeAnOperationNeeds() {
        operations()
                .forEach(
                        (id, operation) -> {
                            JsonNode item = operation.item().get(operation.method());
                            Optional<String> scope =
                                    Routes.row(
                                                    operation.method().toUpperCase(Locale.ROOT),
                                                    operation.path())
                                            .scope()
                                            .map(AccessScope::wireName);
                            assertThat(item.path("x-required-scope").asStringOpt())
                                    .as(id)
                                    .isEqualTo(scope);
                            assertThat(item.has("security")).as(id).isEqualTo(scope.isEmpty());
                        });
    }

    @Test
    void shouldAnswerEveryExampleAsDocumented() throws Exception {
        Map<String, Operation> operations = operations();
        Set<String> unsent = examples(operations);
        Map<String, String> kept = new HashMap<>();
        String position = "";
        for (JsonNode step : scenario()) {
            String id = step.get("operation").asString();
            Operation operation = operations.get(id);
            HttpRequest.Builder request = request(operation, step, kept);
            if (operation.method().equals("get") && !position.isEmpty()) {
                request.header("Budget-Position", position);
            }
            if (id.equals("listAlerts")) {
                // What the usage before has led to is said a moment later.
                Api.await(() -> !Api.json(api.get("/api/alerts")).isEmpty());
            }

            HttpResponse<String> answer = api.send(request);

            unsent.remove(id + ' ' + step.path("example").asString(""));
            position = answer.headers().firstValue("Budget-Position").orElse(position);
            JsonNode responses = operation.item().get(operation.method()).get("responses");
            String status = String.valueOf(answer.statusCode());
            assertThat(status).as(id + ' ' + answer.body()).startsWith("2");
            assertThat(responses.has(status)).as(id + ' ' + status).isTrue();
            JsonNode schema = responses.get(status).at("/content/application~1json/schema");
            if (!schema.isMissingNode()) {
                JsonNode body = JSON.readTree(answer.body());
                assertThat(schema(schema).validate(body)).as(id + ' ' + answer.body()).isEmpty();
                for (Map.Entry<String, JsonNode> keep : step.path("keep").properties()) {
                    kept.put('$' + keep.getKey(), body.at(keep.getValue().asString()).asString());
                }
            }
        }
        assertThat(unsent).describedAs("examples that nobody sends").isEmpty();
    }

    private static HttpRequest.Builder request(
            Operation operation, JsonNode step, Map<String, String> kept) throws Exception {
        String path = operation.path();
        for (Map.Entry<String, JsonNode> parameter : step.path("path").properties()) {
            String value = parameter.getValue().asString();
            path =
                    path.replace(
                            '{' + parameter.getKey() + '}',
                            URLEncoder.encode(
                                            kept.getOrDefault(value, value), StandardCharsets.UTF_8)
                                    .replace("%2F", "/"));
        }
        String query = step.path("query").asString("");
        for (Map.Entry<String, String> each : kept.entrySet()) {
            query = query.replace(each.getKey(), each.getValue());
        }
        HttpRequest.Builder request = api.request(query.isEmpty() ? path : path + '?' + query);
        if (!step.has("example")) {
            return request.method(
                    operation.method().toUpperCase(Locale.ROOT), BodyPublishers.noBody());
        }
        String mediaType = step.get("media_type").asString();
        JsonNode value =
                operation
                        .item()
                        .get(operation.method())
                        .at("/requestBody/content")
                        .get(mediaType)
                        .at("/examples/" + step.get("example").asString() + "/value");
        String body = value.isString() ? value.asString() : JSON.writeValueAsString(value);
        if (value.path("allocation_id").isString()) {
            // The document has to name some allocation; here it is the one that was granted.
            ObjectNode granted = (ObjectNode) value.deepCopy();
            granted.put("allocation_id", kept.get("$allocation"));
            body = JSON.writeValueAsString(granted);
        }
        return request.header("Content-Type", mediaType)
                .method(operation.method().toUpperCase(Locale.ROOT), BodyPublishers.ofString(body));
    }

    /** With the document's components in reach of its references. */
    private static Schema schema(JsonNode schema) {
        ObjectNode whole = JSON.createObjectNode();
        whole.set("components", document.get("components"));
        whole.putArray("allOf").add(schema);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole);
    }

    private static Map<String, Operation> operations() {
        Map<String, Operation> operations = new HashMap<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            String server = path.getValue().at("/servers/0/url").asString("/api");
            for (String method : METHODS) {
                JsonNode operation = path.getValue().path(method);
                if (!operation.isMissingNode()) {
                    operations.put(
                            operation.get("operationId").asString(),
                            new Operation(
                                    method,
                                    server.replaceFirst("/$", "") + path.getKey(),
                                    path.getValue()));
                }
            }
        }
        return operations;
    }

    /** Every example of a request in the document. */
    private static Set<String> examples(Map<String, Operation> operations) {
        Set<String> examples = new HashSet<>();
        operations.forEach(
                (id, operation) ->
                        operation
                                .item()
                                .get(operation.method())
                                .at("/requestBody/content")
                                .forEach(
                                        content ->
                                                content.path("examples")
                                                        .propertyNames()
                                                        .forEach(
                                                                name ->
                                                                        examples.add(
                                                                                id + ' ' + name))));
        assertThat(examples).hasSizeGreaterThan(15);
        return examples;
    }

    private static JsonNode scenario() throws Exception {
        try (InputStream in = OpenApiIT.class.getResourceAsStream("openapi-scenario.json")) {
            return JSON.readTree(in);
        }
    }
}
