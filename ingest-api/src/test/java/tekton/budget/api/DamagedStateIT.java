package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.testbroker.TestBroker;
import tekton.budget.value.Positions;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** State that a disk has spoilt is made anew from Kafka, without anybody's help. */
class DamagedStateIT {

    private static final int RECORDS = 300;
    private static final int CONTEXTS = 10;

    @TempDir Path data;

    @Test
    void shouldMakeSpoiltStateAnewAndCountNothingTwice() throws Exception {
        try (TestBroker broker = TestBroker.start()) {
            try (Api api = Api.start(broker.bootstrapServers(), data).awaitHealthy()) {
                requireTotals(api, report(api));
            }
            // It stopped in order, so Kafka Streams believes what lies there.
            assertThat(spoil(data.resolve("streams"))).isGreaterThan(50);

            try (Api api = Api.start(broker.bootstrapServers(), data).awaitHealthy()) {
                requireTotals(api, report(api));
            }
        }
    }

    /** The same records each time; the position behind them. */
    private static String report(Api api) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < RECORDS; i++) {
            lines.append(
                    """
                    {"record_id": "r-%d", "context_id": "c-%d", "component": "chat", "provider":\
                     "anthropic", "model": "claude-3-opus-20240229", "input_tokens": 7,\
                     "output_tokens": 3}
                    """
                            .formatted(i, i % CONTEXTS));
        }
        HttpResponse<String> answer =
                api.post(
                        "/api/usage/batch",
                        lines.toString(),
                        "Content-Type",
                        "application/x-ndjson");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue(Positions.HEADER).orElseThrow();
    }

    private static void requireTotals(Api api, String position) throws Exception {
        for (int context = 0; context < CONTEXTS; context++) {
            HttpResponse<String> total =
                    api.get("/api/totals/contexts/c-" + context, Positions.HEADER, position);
            assertThat(total.statusCode()).as(total.body()).isEqualTo(200);
            assertThat(Api.json(total).get("record_count").longValue())
                    .isEqualTo(RECORDS / CONTEXTS);
            assertThat(Api.json(total).get("total_tokens").longValue())
                    .isEqualTo(10L * RECORDS / CONTEXTS);
        }
    }

    /** Each file loses its end or has another byte within; how many there are. */
    private static int spoil(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(file -> Files.isRegularFile(file)).sorted().toList();
        }
        int spoilt = 0;
        for (Path path : files) {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                long size = file.length();
                if (size > 16) {
                    spoilt++;
                    if (spoilt % 2 == 0) {
                        file.setLength(size * 2 / 3);
                    } else {
                        file.seek(size / 2);
                        int there = file.read();
                        file.seek(size / 2);
                        file.write(there ^ 0xFF);
                    }
                }
            }
        }
        return spoilt;
    }
}
