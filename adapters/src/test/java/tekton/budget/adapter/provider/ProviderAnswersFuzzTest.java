package tekton.budget.adapter.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Damaged answers: a result within Budget's bounds, or an exception that says what is wrong. */
class ProviderAnswersFuzzTest {

    private static final int ROUNDS = 20_000;
    private static final List<String> WORDS =
            List.of(
                    "null",
                    "{}",
                    "[]",
                    "[[]]",
                    "\"\"",
                    "-1",
                    "1e99999999",
                    "1e400",
                    "-1e400",
                    "NaN",
                    "Infinity",
                    "-Infinity",
                    "0.5",
                    "true",
                    "\n",
                    "data: ",
                    "\n\n",
                    "9223372036854775807",
                    "\"usage\":",
                    "\"response\":",
                    "\"custom_id\":1,",
                    "\"type\":\"message_start\",",
                    "{\"usage\":7}",
                    "\u0000");

    @Test
    void shouldThrowNothingElse() throws Exception {
        Random random = new Random(20_261_129);
        List<JsonNode> fixtures = ProviderAnswersTest.fixtures();
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            JsonNode fixture = fixtures.get(random.nextInt(fixtures.size()));
            byte[] body = damaged(ProviderAnswersTest.body(fixture), random);
            try {
                Adapted adapted = ProviderAnswersTest.read(fixture, body);
                for (ForeignCall call : adapted.calls()) {
                    shouldBeWithinItsBounds(ProviderAnswersTest.record(call));
                    read++;
                }
                assertThat(adapted.rejected()).doesNotContainNull();
            } catch (ForeignFormatException e) {
                assertThat(e.getMessage()).hasSizeBetween(10, 1_500);
            }
        }
        assertThat(read).isGreaterThan(ROUNDS / 4);
    }

    private static void shouldBeWithinItsBounds(JsonNode record) {
        long input = ForeignJson.count(record, "input_tokens");
        long output = ForeignJson.count(record, "output_tokens");
        assertThat(input).isBetween(0L, 1_000_000_000L);
        assertThat(output).isBetween(0L, 1_000_000_000L);
        assertThat(
                        ForeignJson.count(record, "cached_input_tokens")
                                + ForeignJson.count(record, "cache_write_tokens")
                                + ForeignJson.count(record, "audio_input_tokens")
                                + ForeignJson.count(record, "image_input_tokens"))
                .isBetween(0L, input);
        assertThat(
                        ForeignJson.count(record, "reasoning_tokens")
                                + ForeignJson.count(record, "audio_output_tokens")
                                + ForeignJson.count(record, "image_output_tokens"))
                .isBetween(0L, output);
    }

    private static byte[] damaged(byte[] body, Random random) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(12));
            text =
                    switch (random.nextInt(5)) {
                        case 0 -> text.substring(0, at);
                        case 1 -> text.substring(0, at) + text.substring(to);
                        case 2 -> text.substring(0, at) + word(random) + text.substring(at);
                        case 3 -> replaced(text, at, random);
                        default ->
                                text.substring(0, at)
                                        + (char) random.nextInt(256)
                                        + text.substring(at);
                    };
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The next value after a colon becomes another one, so that the body stays JSON. */
    private static String replaced(String text, int from, Random random) {
        int colon = text.indexOf(':', from);
        int end = colon + 1;
        while (colon >= 0 && end < text.length() && ",}]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return colon < 0 ? text : text.substring(0, colon + 1) + word(random) + text.substring(end);
    }

    private static String word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }
}
