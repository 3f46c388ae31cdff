package tekton.budget.adapter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.Mutations;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Every dialect, in both encodings, once and again, whole and in pieces. */
class OtlpFixtureTest {

    static List<OtlpFixture> fixtures() {
        return OtlpFixture.all();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void shouldReadWhatARealProgramSends(OtlpFixture fixture) throws Exception {
        for (boolean json : new boolean[] {true, false}) {
            Adapted adapted = fixture.adapt(json, new SpanMemory());

            assertThat(OtlpFixture.records(adapted))
                    .as("json %s", json)
                    .isEqualTo(fixture.expected());
            assertThat(adapted.ignored()).isEqualTo(fixture.ignored());
            assertThat(adapted.rejected()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void shouldReadTheSameWhenItIsSentAgain(OtlpFixture fixture) throws Exception {
        SpanMemory memory = new SpanMemory();
        fixture.adapt(true, memory);

        assertThat(OtlpFixture.records(fixture.adapt(false, memory))).isEqualTo(fixture.expected());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void shouldReadOrRefuseWhateverTheDamage(OtlpFixture fixture) {
        Random random = new Random(17);
        Mutations mutations = new Mutations(17);
        for (boolean json : new boolean[] {true, false}) {
            byte[] whole = fixture.body(json);
            for (int round = 0; round < 400; round++) {
                byte[] body =
                        json && random.nextBoolean() ? mutations.of(whole) : mutated(whole, random);
                try {
                    Adapted adapted = adapt(fixture, body, json);
                    adapted.calls().forEach(call -> call.toRecord(OtlpFixture.NOW));
                    assertThat(adapted.ignored()).isNotNegative();
                } catch (ForeignFormatException e) {
                    assertThat(e.getMessage()).isNotEmpty();
                }
            }
        }
    }

    private static Adapted adapt(OtlpFixture fixture, byte[] body, boolean json)
            throws ForeignFormatException {
        return fixture.isLogs()
                ? OtlpLogs.read(body, json, OtlpMapping.DEFAULT, Attribution.NONE)
                : OtlpTraces.read(
                        body,
                        json,
                        OtlpMapping.DEFAULT,
                        Attribution.NONE,
                        new SpanMemory(),
                        OtlpFixture.NOW);
    }

    private static byte[] mutated(byte[] whole, Random random) {
        byte[] body =
                random.nextInt(4) == 0
                        ? Arrays.copyOf(whole, random.nextInt(whole.length + 1))
                        : whole.clone();
        for (int i = random.nextInt(4); i > 0 && body.length > 0; i--) {
            body[random.nextInt(body.length)] = (byte) random.nextInt(256);
        }
        return body;
    }
}
