package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.event.DeadLetter.Reason.CONFLICT;
import static tekton.budget.event.DeadLetter.Reason.INVALID;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.event.DeadLetter;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.DeadLetterParts;
import tekton.budget.topic.DeadLetterParts.SourcePosition;
import tekton.budget.topic.Topics;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What could not be counted, seen over HTTP and sent again, on a real broker. */
class DeadLettersIT {

    private static final String PATH = "/api/dead-letters";

    @TempDir private static Path data;

    private static TestBroker broker;
    private static Api api;
    private static UsageTopic topic;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        api = Api.start(broker.bootstrapServers(), data).awaitHealthy();
        Api.await(() -> api.get("/ready").statusCode() == 200);
        topic = new UsageTopic(broker.bootstrapServers());
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        topic.close();
        api.close();
        broker.close();
    }

    @Test
    void shouldShowWhatCouldNotBeCountedAndSendItsBytesAgain() throws Exception {
        UsageTopic.write(broker.bootstrapServers(), 2, "ctx", "{\"not\": \"usage\"}");
        JsonNode letter = awaitLetter("ctx");

        assertThat(letter.get("reason").stringValue()).isEqualTo("invalid");
        assertThat(letter.get("message").stringValue()).isNotEmpty();
        assertThat(letter.get("topic").stringValue()).isEqualTo("budget.usage");
        assertThat(letter.get("partition").intValue()).isEqualTo(2);
        assertThat(letter.get("value").stringValue()).isEqualTo("{\"not\": \"usage\"}");
        assertThat(letter.get("value_bytes").intValue()).isEqualTo(16);
        assertThat(letter.get("cut").booleanValue()).isFalse();
        assertThat(letter.get("resendable").booleanValue()).isTrue();
        String id = letter.get("dead_letter_id").stringValue();
        assertThat(id).matches("0:\\d+");

        HttpResponse<String> again = api.post(PATH + "/" + id + "/resend", "");

        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        JsonNode answer = Api.json(again);
        assertThat(answer.get("dead_letter_id").stringValue()).isEqualTo(id);
        assertThat(answer.get("topic").stringValue()).isEqualTo("budget.usage");
        Positions position = Positions.parse(answer.get("position").stringValue()).orElseThrow();
        UsageTopic.Stored stored = topic.at(position);
        assertThat(stored.key()).isEqualTo("ctx");
        assertThat(stored.partition()).isEqualTo(2);
        // Nothing has changed about it, so it is one once more; and that is said.
        assertThat(answer.get("message").stringValue())
                .contains("becomes a dead letter again", "24 to 48 hours");
        Api.await(() -> letters("?limit=100", "ctx").size() == 2);
    }

    @Test
    void shouldPageBackAndKeepToAReason() throws Exception {
        for (int i = 0; i < 5; i++) {
            UsageTopic.write(
                    broker.bootstrapServers(), 0, "page", i % 2 == 0 ? "no JSON " + i : "{}");
        }
        Api.await(() -> letters("?limit=100", "page").size() == 5);

        List<String> seen = new ArrayList<>();
        String query = "?reason=unreadable&limit=2";
        for (String cursor = ""; cursor != null; ) {
            JsonNode page = Api.json(api.get(PATH + query + cursor));
            assertThat(page.get("items").size()).isLessThanOrEqualTo(2);
            page.get("items").forEach(item -> seen.add(item.get("value").stringValue()));
            cursor = page.get("next").isNull() ? null : "&cursor=" + page.get("next").stringValue();
        }

        assertThat(seen).containsSubsequence("no JSON 4", "no JSON 2", "no JSON 0");
        assertThat(seen).noneMatch("{}"::equals);
        assertThat(api.get(PATH + "?cursor=abc").statusCode()).isEqualTo(422);
        assertThat(api.get(PATH + "?limit=101").statusCode()).isEqualTo(422);
        assertThat(api.get(PATH + "?reason=bad").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldRefuseWithASentenceWhatIsNotWrittenForOthers() throws Exception {
        bury("cut", new byte[DeadLetter.VALUE_BYTES_MAX + 1], "budget.usage", INVALID);
        byte[] small = "{}".getBytes(StandardCharsets.UTF_8);
        bury("foreign", small, "gateway.calls", INVALID);
        bury("conflict", small, "budget.usage", CONFLICT);

        for (String key : List.of("cut", "foreign", "conflict")) {
            JsonNode letter = awaitLetter(key);
            assertThat(letter.get("resendable").booleanValue()).isFalse();
            String why = letter.get("not_resendable_because").stringValue();
            HttpResponse<String> refused =
                    api.post(
                            PATH + "/" + letter.get("dead_letter_id").stringValue() + "/resend",
                            "");
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(Api.json(refused).get("code").stringValue()).isEqualTo("not_resendable");
            assertThat(Api.json(refused).get("detail").stringValue()).contains(why);
        }
    }

    @Test
    void shouldNotKnowADeadLetterThatIsNotThere() throws Exception {
        for (String id : List.of("0:999999", "1:0", "abc")) {
            assertThat(api.post(PATH + "/" + id + "/resend", "").statusCode())
                    .as(id)
                    .isEqualTo(404);
        }
    }

    private static JsonNode awaitLetter(String key) throws Exception {
        Api.await(() -> !letters("?limit=100", key).isEmpty());
        return letters("?limit=100", key).getFirst();
    }

    private static List<JsonNode> letters(String query, String key) throws Exception {
        List<JsonNode> letters = new ArrayList<>();
        Api.json(api.get(PATH + query))
                .get("items")
                .forEach(
                        item -> {
                            if (item.get("key").stringValue().equals(key)) {
                                letters.add(item);
                            }
                        });
        return letters;
    }

    private static void bury(String key, byte[] value, String from, DeadLetter.Reason reason)
            throws Exception {
        DeadLetterParts letter =
                DeadLetterParts.of(
                        key.getBytes(StandardCharsets.UTF_8),
                        value,
                        new SourcePosition(from, 0, 1, 1_700_000_000_000L),
                        reason,
                        "by a test");
        producer.send(
                        new ProducerRecord<>(
                                Topics.DEAD_LETTERS.name(),
                                0,
                                null,
                                letter.key(),
                                letter.value(),
                                letter.headers()))
                .get(Patience.SECONDS, TimeUnit.SECONDS);
    }
}
