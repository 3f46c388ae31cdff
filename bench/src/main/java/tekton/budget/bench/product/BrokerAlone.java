package tekton.budget.bench.product;

import java.io.IOException;
import java.util.List;

/**
 * The product's broker on the product's data while the application is stopped: to change what only
 * changes while nobody reads, to write what the application shall find, and to measure what the
 * broker can do for somebody else. It ends when its standard input does, so it cannot outlive this
 * process.
 */
public final class BrokerAlone implements AutoCloseable {

    private static final String MAIN = "tekton.budget.standalone.Main";
    private static final String READY = "ready";

    private final ChildProcess process;
    private final String bootstrapServers;

    private BrokerAlone(ChildProcess process, String bootstrapServers) {
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
        return new BrokerAlone(
                ChildProcess.start(command(product), READY), product.bootstrapServers());
    }

    /** The command that the product started its broker with, or one like it if that is unknown. */
    public static List<String> command(Product product) {
        List<String> asStarted = product.brokerCommand();
        return asStarted.isEmpty()
                ? JavaProcess.command(
                        List.of(
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-Dlogback.configurationFile=broker-logback.xml"),
                        product.classPath(),
                        MAIN,
                        List.of("broker", product.brokerConfiguration().toString()))
                : asStarted;
    }

    /** Where clients connect: as while the product runs. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
