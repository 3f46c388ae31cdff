package tekton.budget.bench.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

class AzureTraceTest {

    @TempDir Path folder;

    @Test
    void readsRowsAndCutsTimesToMilliseconds() throws IOException {
        Files.writeString(
                folder.resolve("b.csv"),
                """
                TIMESTAMP,ContextTokens,GeneratedTokens
                2023-11-16 18:17:03.9799600,4808,10
                2023-11-16 18:17:04.0319600,3180,8\
                """);

        List<AzureTrace> traces = AzureTrace.readAll(folder);

        assertThat(traces).hasSize(1);
        assertThat(traces.getFirst().name()).isEqualTo("b.csv");
        assertThat(traces.getFirst().rows())
                .containsExactly(
                        new AzureTrace.TraceRow(at("2023-11-16T18:17:03.979Z"), 4_808, 10),
                        new AzureTrace.TraceRow(at("2023-11-16T18:17:04.031Z"), 3_180, 8));
        assertThat(traces.getFirst().lastAtMs()).isEqualTo(at("2023-11-16T18:17:04.031Z"));
    }

    @Test
    void anAbsentFolderHasNoTraces() throws IOException {
        assertThat(AzureTrace.readAll(folder.resolve("absent"))).isEmpty();
    }

    @Test
    void aBrokenRowIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AzureTrace.row("2023-11-16 18:17:03,4808"))
                .withMessageContaining("4808");
    }

    private static long at(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }
}
