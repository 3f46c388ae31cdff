package tekton.budget.bench.product;

import tekton.budget.bench.http.CheckTimeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The product's broker on the product's data while the application is stopped: to change what only
 * changes while nobody reads, and to write what the application shall find. It ends when its
 * standard input does, so it cannot outlive this process.
 */
public final class BrokerAlone implements AutoCloseable {

    private static final String MAIN = "tekton.budget.standalone.Main";
    private static final String READY = "ready";
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final Process process;
    private final String bootstrapServers;

    private BrokerAlone(Process process, String bootstrapServers) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts it and returns when clients can connect.
     *
     * @param product not running, but started once before
     * @throws IOException if it does not start in time
     */
    public static BrokerAlone start(Product product) throws IOException, InterruptedException {
        List<String> command =
                JavaProcess.command(
                        List.of(
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-Dlogback.configurationFile=broker-logback.xml"),
                        product.classPath(),
                        MAIN,
                        List.of("broker", product.brokerConfiguration().toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CountDownLatch ready = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> drain(process, ready));
        BrokerAlone broker = new BrokerAlone(process, product.bootstrapServers());
        if (!ready.await(CheckTimeout.LIMIT.toSeconds(), TimeUnit.SECONDS) || !process.isAlive()) {
            broker.close();
            throw new IOException("the broker alone did not start: " + String.join(" ", command));
        }
        return broker;
    }

    private static void drain(Process process, CountDownLatch ready) {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.contains(READY)) {
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // It has ended; whoever waits sees that below.
        }
        ready.countDown();
    }

    /** Where clients connect: as while the product runs. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_TIMEOUT)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
