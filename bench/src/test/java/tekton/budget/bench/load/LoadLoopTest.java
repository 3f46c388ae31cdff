package tekton.budget.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

class LoadLoopTest {

    private final AtomicLong lines = new AtomicLong();
    private final AtomicLong stallMs = new AtomicLong();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/api/usage/batch",
                exchange -> {
                    String body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    long count = body.lines().count();
                    lines.addAndGet(count);
                    sleep(stallMs.getAndSet(0));
                    byte[] answer =
                            "{\"accepted\": %d, \"refused\": 0}"
                                    .formatted(count)
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void sendsWhatIsDueOrSaysSoAndCountsEveryRecordOnce() throws IOException {
        LoadResult result = run(new LoadLoop.Load(RequestForm.NDJSON, 10, 1_000, 4, 0, 1));

        assertThat(result.errors()).isEmpty();
        assertThat(result.acceptedInAll()).isEqualTo(lines.get()).isPositive();
        // A slow machine may not keep up with a thousand records a second.
        assertThat(lines.get() + 10 * result.neverSent()).isBetween(1_000L, 1_010L);
    }

    @Test
    void aStallShowsInTheRequestsItHeldUp() throws IOException {
        stallMs.set(500);

        LoadResult result = run(new LoadLoop.Load(RequestForm.NDJSON, 1, 100, 1, 0, 1));

        // One connection: the stalled request and those due meanwhile, about fifty, all waited.
        assertThat(result.latencyMicros().getMaxValue()).isGreaterThan(480_000);
        assertThat(result.latencyMicros().getValueAtPercentile(75)).isGreaterThan(100_000);
    }

    @Test
    void findsTheCountInTheAnswer() {
        assertThat(accepted("{\"accepted\":1000,\"refused\":0}")).isEqualTo(1_000);
        assertThat(accepted("{\"refused\": 0, \"accepted\" : 7}")).isEqualTo(7);
        assertThat(accepted("{\"error\":\"no\"}")).isZero();
        assertThat(accepted("")).isZero();
    }

    private static long accepted(String body) {
        return LoadLoop.acceptedIn(body.getBytes(StandardCharsets.UTF_8));
    }

    private LoadResult run(LoadLoop.Load load) throws IOException {
        RecordTemplate records = new RecordTemplate("t", new Population(10, 2, 2), 336);
        return new LoadLoop(server.getAddress(), records, load, 0).run(now -> {}, count -> {});
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
