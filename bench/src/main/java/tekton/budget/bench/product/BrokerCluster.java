package tekton.budget.bench.product;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Brokers of this machine that form a cluster, each a process of its own. They end with this
 * program, in whatever manner it ends. Brokers are counted from 0. One thread at a time.
 */
public final class BrokerCluster implements AutoCloseable {

    private static final String MAIN = "tekton.budget.standalone.Main";
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_MS = 100;

    private final Path directory;
    private final String classPath;
    private final String clusterId;
    private final List<Integer> ports;
    private final int count;
    private final @Nullable Process[] processes;
    private volatile boolean ending;

    /**
     * @param project where the built application is
     * @param directory takes data and logs
     * @param count how many brokers
     * @param clusterId of the data, 22 characters of base64url
     * @throws IOException if there are no free ports
     */
    public BrokerCluster(Path project, Path directory, int count, String clusterId)
            throws IOException {
        this.directory = directory;
        this.clusterId = clusterId;
        this.classPath = project.toAbsolutePath().resolve("standalone/target/app/lib") + "/*";
        this.count = count;
        this.ports = Product.freePorts(2 * count);
        this.processes = new Process[count];
        AtExit.last(this::thawAll);
    }

    /** An id for the data of a new cluster. */
    public static String newClusterId() {
        return Uuid.randomUuid().toString();
    }

    /** For {@code bootstrap.servers}: all of them. */
    public String bootstrapServers() {
        return IntStream.range(0, count)
                .mapToObj(broker -> "127.0.0.1:" + ports.get(broker))
                .collect(Collectors.joining(","));
    }

    /** Starts one and returns at once. */
    public synchronized void launch(int broker) throws IOException {
        if (ending) {
            throw new IOException("not started any more: this program ends");
        }
        Path home = Files.createDirectories(directory.resolve("broker-" + (broker + 1)));
        List<String> arguments =
                new ArrayList<>(
                        List.of("node", home.toString(), clusterId, String.valueOf(broker + 1)));
        for (int i = 0; i < count; i++) {
            arguments.add(ports.get(i) + "/" + ports.get(count + i));
        }
        // The instances end first, and hear of it in another way.
        List<String> command = new ArrayList<>(JavaProcess.deafTo("INT HUP TERM"));
        command.addAll(
                JavaProcess.command(
                        List.of(
                                "-Xmx384m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dlogback.configurationFile=broker-logback.xml"),
                        classPath,
                        MAIN,
                        arguments));
        processes[broker] =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(broker).toFile()))
                        .start();
    }

    private Path log(int broker) {
        return directory.resolve("broker-" + (broker + 1) + "-output.log");
    }

    private Process running(int broker) {
        Process process = processes[broker];
        if (process == null) {
            throw new IllegalStateException("broker " + (broker + 1) + " was never started");
        }
        return process;
    }

    /** The process of one. */
    public long pid(int broker) {
        return running(broker).pid();
    }

    /** Kills one with SIGKILL and returns when it is gone. */
    public void kill(int broker) throws InterruptedException {
        running(broker).destroyForcibly().waitFor();
    }

    /** Stops one from doing anything, with SIGSTOP, until {@link #thaw}. */
    public void freeze(int broker) throws IOException, InterruptedException {
        Signals.send("STOP", running(broker).pid());
    }

    /** Lets one go on. */
    public void thaw(int broker) throws IOException, InterruptedException {
        Signals.send("CONT", running(broker).pid());
    }

    /**
     * Waits until every broker answers, knows of all, and knows every copy of every partition to be
     * in sync. Each is asked itself: for some seconds the others take one that was killed for
     * alive.
     *
     * @return how long that took from this call
     * @throws IOException if it takes longer, or a broker has ended
     */
    public Duration awaitInSync(Duration timeout) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        for (int broker = 0; broker < count; broker++) {
            awaitInSync(broker, timeout.minusNanos(System.nanoTime() - begun));
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private void awaitInSync(int broker, Duration timeout)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Map<String, Object> settings =
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        "127.0.0.1:" + ports.get(broker),
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        3_000,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        3_000);
        String last = "";
        do {
            requireAlive();
            // A client that has been told of the others would ask them too.
            try (Admin admin = Admin.create(settings)) {
                last = missing(admin);
            } catch (ExecutionException e) {
                last = String.valueOf(e.getCause());
            }
            if (last.isEmpty()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        } while (System.nanoTime() - begun < timeout.toNanos());
        throw new IOException(
                "broker %d: %s; its output: %s".formatted(broker + 1, last, log(broker)));
    }

    private void requireAlive() throws IOException {
        for (int i = 0; i < count; i++) {
            if (!running(i).isAlive()) {
                throw new IOException(
                        "broker %d ended with status %d; its output: %s"
                                .formatted(i + 1, running(i).exitValue(), log(i)));
            }
        }
    }

    /** What is not as it should be; empty if nothing. */
    private String missing(Admin admin) throws ExecutionException, InterruptedException {
        int members = admin.describeCluster().nodes().get().size();
        if (members < count) {
            return members + " of " + count + " brokers are members";
        }
        Collection<String> topics =
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
        for (TopicDescription topic : admin.describeTopics(topics).allTopicNames().get().values()) {
            for (TopicPartitionInfo partition : topic.partitions()) {
                if (partition.isr().size() < partition.replicas().size()) {
                    return topic.name() + '-' + partition.partition() + " lacks a copy";
                }
            }
        }
        return "";
    }

    /** Nothing that is frozen would hear that this program has ended. */
    private synchronized void thawAll() {
        ending = true;
        for (Process process : processes) {
            if (process != null && process.isAlive()) {
                try {
                    Signals.send("CONT", process.pid());
                } catch (IOException e) {
                    System.err.println(e.getMessage());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Ends all of them at the same time: one alone could not hand over what it leads. */
    @Override
    public void close() {
        thawAll();
        try {
            for (Process process : processes) {
                if (process != null) {
                    process.getOutputStream().close();
                }
            }
            for (Process process : processes) {
                if (process != null && !process.waitFor(STOP_TIMEOUT)) {
                    process.destroyForcibly();
                }
            }
        } catch (IOException e) {
            System.err.println("a broker's standard input: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
