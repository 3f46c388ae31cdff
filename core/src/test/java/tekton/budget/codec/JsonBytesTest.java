package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.json.JsonMapper;

import java.util.Random;

class JsonBytesTest {

    private static final JsonMapper JACKSON = JsonMapper.builder().build();

    /** One of every kind of character that is written in a way of its own. */
    private static final String[] KINDS = {
        "a", "\"", "\\", "\n", "\t", "\r", "\u0001", "\u00e9", "\u20ac", "\ud83d\ude00"
    };

    @Test
    void shouldWriteWhatAnotherReaderReadsAsTheSame() {
        Random random = new Random(20_261_123);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            int plain = random.nextInt(40);
            text.repeat('x', plain);
            int rest = random.nextInt(40);
            for (int i = 0; i < rest; i++) {
                text.append(KINDS[random.nextInt(KINDS.length)]);
            }

            // A buffer that has to grow at some point of it.
            JsonBytes json = new JsonBytes(1 + random.nextInt(64)).open('{');
            json.property("first", text.toString()).property("second", round).close('}');

            var read = JACKSON.readTree(json.toByteArray());
            assertThat(read.get("first").asString()).isEqualTo(text.toString());
            assertThat(read.get("second").asInt()).isEqualTo(round);
        }
    }

    @Test
    void shouldEscapeHalfASurrogatePair() {
        assertThat(new JsonBytes(1).string("\ud83d").toString()).isEqualTo("\"\\ud83d\"");
    }

    @Test
    void shouldWriteEveryNumber() {
        long[] numbers = {0, 9, 10, 99, 100, 1_000_000_000, Long.MAX_VALUE, -1, Long.MIN_VALUE};
        for (long number : numbers) {
            assertThat(new JsonBytes(1).open('[').number(7).number(number).close(']'))
                    .hasToString("[7," + number + "]");
        }
    }
}
