package tekton.budget.api.ops;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.junit.jupiter.api.Test;

import tekton.budget.codec.AlertCodec;
import tekton.budget.codec.AuditCodec;
import tekton.budget.codec.Parsed;
import tekton.budget.codec.PriceCodec;
import tekton.budget.codec.UsageReader;
import tekton.budget.event.DeadLetter;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What is said of topics is so, and what is shown of them can be read. */
class AsyncApiTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** What reads each message's value, and fails when it is none. */
    private static final Map<String, Consumer<byte[]>> READERS =
            Map.of(
                    "usageReported",
                    value ->
                            assertThat(UsageReader.fromTopic(value))
                                    .isInstanceOf(Parsed.Accepted.class),
                    "deadLetter",
                    value -> assertThat(value).isNotEmpty(),
                    "budgetEvent",
                    AlertCodec::readEvent,
                    "pricePublished",
                    PriceCodec::read,
                    "adminAct",
                    AuditCodec::read);

    @Test
    void shouldSayOfTopicsWhatTheyAre() throws Exception {
        Map<String, Topic> topics =
                Topics.ALWAYS.stream().collect(Collectors.toMap(Topic::name, topic -> topic));
        for (JsonNode channel : document().get("channels")) {
            Topic topic = topics.get(channel.get("address").asString());
            assertThat(topic).describedAs(channel.get("address").asString()).isNotNull();
            JsonNode kafka = channel.at("/bindings/kafka");
            assertThat(kafka.get("topic").asString()).isEqualTo(topic.name());
            JsonNode kept = kafka.at("/topicConfiguration/retention.ms");
            Duration retention = topic.retention();
            assertThat(kept.isMissingNode() ? null : Duration.ofMillis(kept.asLong()))
                    .describedAs(topic.name())
                    .isEqualTo(retention);
        }
    }

    @Test
    void shouldHaveTheSchemaOfUsageThatIsPublishedBesideIt() throws Exception {
        JsonNode published = JSON.readTree(Path.of("../docs/usage-record.schema.json"));

        assertThat(document().at("/components/messages/usageReported/payload/schema"))
                .isEqualTo(published);
    }

    @Test
    void shouldShowMessagesThatAreOnesByTheirSchemaAndByWhoReadsThem() throws Exception {
        SchemaRegistry registry =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        for (Map.Entry<String, JsonNode> message :
                document().at("/components/messages").properties()) {
            JsonNode payload = message.getValue().get("payload");
            Schema schema =
                    registry.getSchema(payload.has("schema") ? payload.get("schema") : payload);
            List<JsonNode> examples = message.getValue().get("examples").valueStream().toList();
            assertThat(examples).describedAs(message.getKey()).isNotEmpty();
            for (JsonNode example : examples) {
                JsonNode value = example.get("payload");
                assertThat(schema.validate(value)).describedAs(message.getKey()).isEmpty();
                READERS.get(message.getKey())
                        .accept(JSON.writeValueAsString(value).getBytes(UTF_8));
                if (message.getValue().has("headers")) {
                    assertThat(
                                    registry.getSchema(message.getValue().get("headers"))
                                            .validate(example.get("headers")))
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void shouldNameEveryReasonOfADeadLetter() throws Exception {
        assertThat(
                        document()
                                .at(
                                        "/components/messages/deadLetter/headers/properties/budget.reason/enum")
                                .valueStream()
                                .map(JsonNode::asString))
                .containsExactlyInAnyOrder(
                        Arrays.stream(DeadLetter.Reason.values())
                                .map(DeadLetter.Reason::wireName)
                                .toArray(String[]::new));
    }

    @Test
    void shouldResolveEveryReference() throws Exception {
        JsonNode document = document();
        JsonNode ours = document.deepCopy();
        // The schema's own references are relative to itself.
        ((ObjectNode) ours.at("/components/messages/usageReported")).remove("payload");

        assertThat(ours.findValues("$ref"))
                .isNotEmpty()
                .allSatisfy(
                        reference ->
                                assertThat(
                                                document.at(reference.asString().substring(1))
                                                        .isObject())
                                        .as(reference.asString())
                                        .isTrue());
    }

    private static JsonNode document() throws Exception {
        try (InputStream in = AsyncApiTest.class.getResourceAsStream("/api/asyncapi.json")) {
            return JSON.readTree(in);
        }
    }
}
