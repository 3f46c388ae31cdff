package tekton.budget.adapter.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Bedrock's streams, byte by byte as Smithy's "Amazon Event Stream Specification" has them, with
 * the headers and payloads of AWS API_runtime_ConverseStream and
 * API_runtime_InvokeModelWithResponseStream.
 */
class AmazonEventStreamTest {

    private static final byte[] START =
            event("messageStart", "{\"p\":\"abc\",\"role\":\"assistant\"}");
    private static final byte[] DELTA =
            event(
                    "contentBlockDelta",
                    "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"H\"},\"p\":\"abcdef\"}");
    private static final byte[] STOP =
            event("messageStop", "{\"p\":\"abcd\",\"stopReason\":\"end_turn\"}");
    private static final byte[] METADATA =
            event(
                    "metadata",
                    "{\"metrics\":{\"latencyMs\":300},\"p\":\"abcde\",\"usage\":{\"inputTokens\":12,"
                        + "\"cacheReadInputTokens\":900,\"cacheWriteInputTokens\":88,"
                        + "\"outputTokens\":40,\"totalTokens\":1040}}");

    @Test
    void shouldReadAStreamOfConverse() throws Exception {
        byte[] stream = joined(START, DELTA, STOP, METADATA);
        for (ProviderFormat format : List.of(ProviderFormat.BEDROCK, ProviderFormat.DETECT)) {
            Adapted adapted = read(format, stream);

            assertThat(adapted.rejected()).isEmpty();
            assertThat(adapted.ignored()).isZero();
            JsonNode record = only(adapted);
            assertThat(ForeignJson.text(record, "record_id")).isEqualTo("bedrock:7c1d-09");
            assertThat(ForeignJson.text(record, "provider")).isEqualTo("bedrock");
            assertThat(ForeignJson.text(record, "model")).isEqualTo("us.amazon.nova-pro-v1:0");
            assertThat(ForeignJson.count(record, "input_tokens")).isEqualTo(1_000);
            assertThat(ForeignJson.count(record, "cached_input_tokens")).isEqualTo(900);
            assertThat(ForeignJson.count(record, "cache_write_tokens")).isEqualTo(88);
            assertThat(ForeignJson.count(record, "output_tokens")).isEqualTo(40);
        }
    }

    @Test
    void shouldReadTheModelsOwnEventsOfInvokeModel() throws Exception {
        Adapted adapted =
                read(
                        ProviderFormat.BEDROCK,
                        joined(
                                chunk(
                                        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_bdrk_1\","
                                            + "\"type\":\"message\",\"model\":\"claude-opus-5\","
                                            + "\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}"),
                                chunk(
                                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                                            + "\"end_turn\"},\"usage\":{\"output_tokens\":40}}"),
                                chunk(
                                        "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":"
                                            + "{\"inputTokenCount\":12,\"outputTokenCount\":40,"
                                            + "\"invocationLatency\":800}}")));

        JsonNode record = only(adapted);
        assertThat(ForeignJson.text(record, "record_id")).isEqualTo("bedrock:msg_bdrk_1");
        assertThat(ForeignJson.text(record, "model")).isEqualTo("claude-opus-5");
        assertThat(ForeignJson.count(record, "input_tokens")).isEqualTo(12);
        assertThat(ForeignJson.count(record, "output_tokens")).isEqualTo(40);
        assertThat(record.path("metadata").has("estimated")).isFalse();
    }

    /** Whether the counts come in the last event of the model or in one behind it. */
    @Test
    void shouldTakeCountsOfBedrockForTheAnswerBeforeThem() throws Exception {
        String metrics =
                "{\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":12,"
                        + "\"outputTokenCount\":40,\"cacheReadInputTokenCount\":900,"
                        + "\"cacheWriteInputTokenCount\":88,\"invocationLatency\":800}}";
        byte[] nova =
                joined(
                        chunk("{\"messageStart\":{\"role\":\"assistant\"}}"),
                        chunk(
                                "{\"contentBlockDelta\":{\"delta\":{\"text\":\"H\"},"
                                        + "\"contentBlockIndex\":0}}"),
                        chunk("{\"messageStop\":{\"stopReason\":\"end_turn\"}}"),
                        chunk(
                                "{\"metadata\":{\"usage\":{\"inputTokens\":12,\"outputTokens\":40,"
                                        + "\"cacheReadInputTokenCount\":900,"
                                        + "\"cacheWriteInputTokenCount\":88},\"metrics\":{}}}"),
                        chunk(metrics));

        Adapted one = read(ProviderFormat.BEDROCK, nova);
        JsonNode record = only(one);
        assertThat(one.ignored()).isZero();
        assertThat(ForeignJson.count(record, "input_tokens")).isEqualTo(1_000);
        assertThat(ForeignJson.count(record, "cached_input_tokens")).isEqualTo(900);
        assertThat(ForeignJson.count(record, "cache_write_tokens")).isEqualTo(88);
        assertThat(ForeignJson.count(record, "output_tokens")).isEqualTo(40);
        assertThat(read(ProviderFormat.BEDROCK, joined(nova, nova)).calls()).hasSize(2);
        // Of makers whose own events nobody knows, each of these is all that a stream tells.
        assertThat(read(ProviderFormat.BEDROCK, joined(chunk(metrics), chunk(metrics))).calls())
                .hasSize(2);
    }

    @Test
    void shouldMarkAStreamThatWasCutOff() throws Exception {
        byte[] whole = joined(START, DELTA, STOP, METADATA);
        for (int length = START.length; length < whole.length; length++) {
            JsonNode record = only(read(ProviderFormat.BEDROCK, Arrays.copyOf(whole, length)));
            assertThat(record.path("metadata").path("usage_missing").asBoolean(false))
                    .as("%d bytes", length)
                    .isTrue();
        }
        byte[] exception =
                message(
                        Map.of(
                                ":message-type",
                                "exception",
                                ":exception-type",
                                "throttlingException"),
                        "{\"message\":\"Too many requests\"}");
        Adapted broken = read(ProviderFormat.BEDROCK, joined(START, DELTA, exception));
        assertThat(only(broken).path("metadata").has("usage_missing")).isTrue();
        assertThat(broken.ignored()).isEqualTo(1);
    }

    @Test
    void shouldSayWhichMessageIsDamaged() throws Exception {
        byte[] payload = DELTA.clone();
        payload[payload.length - 8] ^= 1;
        Adapted passedOver = read(ProviderFormat.BEDROCK, joined(START, payload, METADATA));
        assertThat(passedOver.rejected())
                .extracting(Adapted.Rejection::sentence)
                .containsExactly("message 1: the checksum is not that of its bytes");
        assertThat(ForeignJson.count(only(passedOver), "output_tokens")).isEqualTo(40);

        byte[] prelude = DELTA.clone();
        prelude[3] ^= 1;
        assertThat(read(ProviderFormat.BEDROCK, joined(START, prelude, METADATA)).rejected())
                .extracting(Adapted.Rejection::sentence)
                .containsExactly(
                        "message 1: its first 12 bytes are damaged: expected two lengths and their"
                                + " checksum");
        byte[] first = START.clone();
        first[0] ^= 1;
        assertThatThrownBy(() -> read(ProviderFormat.BEDROCK, first))
                .isInstanceOf(ForeignFormatException.class);
        assertThatThrownBy(() -> read(ProviderFormat.BEDROCK, Arrays.copyOf(START, 40)))
                .isInstanceOf(ForeignFormatException.class);
    }

    /** Damage behind right checksums: whoever writes those can write anything. */
    @Test
    void shouldThrowNothingElseWhateverTheMessagesSay() {
        Random random = new Random(20_261_129);
        for (int i = 0; i < 20_000; i++) {
            byte[] stream = joined(START, chunk("{\"usage\":7}"), METADATA);
            for (int change = random.nextInt(3); change >= 0; change--) {
                stream[random.nextInt(stream.length)] = (byte) random.nextInt(256);
            }
            mended(stream);
            try {
                read(ProviderFormat.BEDROCK, stream).calls().forEach(call -> call.toRecord(0));
            } catch (ForeignFormatException refused) {
                assertThat(refused.getMessage()).hasSizeBetween(10, 1_500);
            }
        }
    }

    /** The lengths are the sender's to choose, and their checksum too. */
    @Test
    void shouldRefuseLengthsThatAreNone() throws Exception {
        for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 12, 15}) {
            byte[] stream = event("metadata", "{}");
            ByteBuffer.wrap(stream).putInt(0, length);
            ByteBuffer.wrap(stream).putInt(8, crc(stream, 0, 8));

            assertThat(read(ProviderFormat.BEDROCK, joined(START, stream)).rejected())
                    .as("length %d", length)
                    .extracting(Adapted.Rejection::sentence)
                    .containsExactly(
                            "message 1: its first 12 bytes are damaged: expected two lengths and"
                                    + " their checksum");
        }
    }

    private static void mended(byte[] stream) {
        ByteBuffer buffer = ByteBuffer.wrap(stream);
        for (int at = 0; at + 16 <= stream.length; ) {
            buffer.putInt(at + 8, crc(stream, at, 8));
            int length = buffer.getInt(at);
            if (length < 16 || length > stream.length - at) {
                return;
            }
            buffer.putInt(at + length - 4, crc(stream, at, length - 4));
            at += length;
        }
    }

    private static Adapted read(ProviderFormat format, byte[] body) throws ForeignFormatException {
        Map<String, String> headers =
                Map.of("x-budget-model", "us.amazon.nova-pro-v1:0", "x-amzn-requestid", "7c1d-09");
        return ProviderAnswers.read(
                format,
                body,
                "application/vnd.amazon.eventstream",
                headers::get,
                new Attribution("ctx", "comp", null, null, null, null));
    }

    private static JsonNode only(Adapted adapted) throws ForeignFormatException {
        assertThat(adapted.calls()).hasSize(1);
        ForeignCall call = adapted.calls().getFirst();
        return ProviderAnswersTest.record(call);
    }

    private static byte[] event(String type, String payload) {
        return message(
                Map.of(
                        ":event-type",
                        type,
                        ":content-type",
                        "application/json",
                        ":message-type",
                        "event"),
                payload);
    }

    private static byte[] chunk(String event) {
        String base64 = Base64.getEncoder().encodeToString(event.getBytes(StandardCharsets.UTF_8));
        return event("chunk", "{\"bytes\":\"" + base64 + "\",\"p\":\"abcdefgh\"}");
    }

    private static byte[] message(Map<String, String> headers, String payload) {
        ByteArrayOutputStream named = new ByteArrayOutputStream();
        new TreeMap<>(headers)
                .forEach(
                        (name, value) -> {
                            named.write(name.length());
                            named.writeBytes(name.getBytes(StandardCharsets.UTF_8));
                            named.write(7);
                            named.write(value.length() >> 8);
                            named.write(value.length());
                            named.writeBytes(value.getBytes(StandardCharsets.UTF_8));
                        });
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        int length = 12 + named.size() + body.length + 4;
        ByteBuffer message = ByteBuffer.allocate(length);
        message.putInt(length).putInt(named.size()).putInt(crc(message.array(), 0, 8));
        message.put(named.toByteArray()).put(body);
        message.putInt(crc(message.array(), 0, length - 4));
        return message.array();
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
