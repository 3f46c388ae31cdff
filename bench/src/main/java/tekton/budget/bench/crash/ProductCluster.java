package tekton.budget.bench.crash;

import org.jspecify.annotations.Nullable;

import tekton.budget.bench.product.BrokerCluster;
import tekton.budget.bench.product.ProcessRole;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Instances of the product, each a process with data of its own, and their brokers. Both are
 * counted from 0. One thread at a time.
 */
public final class ProductCluster implements AutoCloseable {

    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
    private static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    private final @Nullable BrokerCluster brokers;
    private final int brokerCount;
    private final List<Product> instances = new ArrayList<>();

    /**
     * Instances that may not ask each other have a part of the stores each, and are never ready.
     */
    private final boolean becomesReady;

    private ProductCluster(@Nullable BrokerCluster brokers, int count, boolean becomesReady) {
        this.brokers = brokers;
        this.brokerCount = count;
        this.becomesReady = becomesReady;
    }

    /** One instance with the broker that it starts itself; nothing runs yet. */
    static ProductCluster standalone(Path project, Path directory) throws IOException {
        ProductCluster cluster = new ProductCluster(null, 0, true);
        Path data = Files.createDirectories(directory.resolve("data"));
        cluster.instances.add(new Product(project, data, Map.of()));
        return cluster;
    }

    /**
     * Instances on brokers that belong to none of them; nothing runs yet.
     *
     * @param directory takes their data and logs
     * @param settings environment variables of all instances
     */
    public static ProductCluster of(
            Path project, Path directory, int brokers, int instances, Map<String, String> settings)
            throws IOException {
        BrokerCluster kafka =
                new BrokerCluster(project, directory, brokers, BrokerCluster.newClusterId());
        ProductCluster cluster =
                new ProductCluster(
                        kafka,
                        brokers,
                        instances == 1 || settings.containsKey("BUDGET_CLUSTER_SECRET"));
        for (int i = 1; i <= instances; i++) {
            Map<String, String> own = new HashMap<>(settings);
            own.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
            own.put("BUDGET_ALERT_INSTANCE", "alerting-" + i);
            Path data = Files.createDirectories(directory.resolve("instance-" + i));
            cluster.instances.add(new Product(project, data, own));
        }
        return cluster;
    }

    /**
     * Every part of the product as a process of its own, on brokers that belong to none of them;
     * nothing runs yet. Goes on with what lies in the directory.
     *
     * @param directory takes their data and logs
     * @param clusterId of the brokers' data
     * @param parts how many there are of each
     * @param settings environment variables of all parts
     */
    static ProductCluster parts(
            Path project,
            Path directory,
            String clusterId,
            ProcessCounts parts,
            Map<String, String> settings)
            throws IOException {
        BrokerCluster kafka = new BrokerCluster(project, directory, parts.brokers(), clusterId);
        ProductCluster cluster = new ProductCluster(kafka, parts.brokers(), true);
        for (ProcessRole role : ProcessRole.values()) {
            for (int i = 1; i <= parts.of(role); i++) {
                String name = role.word() + '-' + i;
                Map<String, String> own = new HashMap<>(settings);
                own.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
                own.put("BUDGET_REPLICATION", String.valueOf(Math.min(parts.brokers(), 3)));
                own.put("BUDGET_ALERT_INSTANCE", name);
                cluster.instances.add(
                        Product.role(project, role, name, directory, parts.javaOptions(role), own));
            }
        }
        return cluster;
    }

    /**
     * How many processes of each part there are.
     *
     * @param brokers 1 to 9
     * @param applications at least 1
     * @param workers that only count
     * @param alerting 0 or more
     */
    record ProcessCounts(int brokers, int applications, int workers, int alerting) {

        private static final List<String> SMALL =
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", NATIVE, UNSAFE);

        int of(ProcessRole role) {
            return switch (role) {
                case APPLICATION -> applications;
                case WORKER -> workers;
                case ALERTING -> alerting;
                case POLLER -> 1;
            };
        }

        private List<String> javaOptions(ProcessRole role) {
            List<String> options = new ArrayList<>(SMALL);
            options.add(role.hasPort() ? "-Xmx768m" : "-Xmx256m");
            return options;
        }
    }

    /**
     * Starts the brokers, then the instances, and returns when all serve.
     *
     * @param timeout how long each of these may take
     */
    public void start(Duration timeout) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        for (int i = 0; i < brokerCount; i++) {
            launchBroker(i);
        }
        awaitInSync(timeout);
        double formed = (System.nanoTime() - begun) / 1e9;
        launchInstances();
        Duration healthy = awaitHealthy(timeout);
        Duration ready = healthy.plus(awaitReady(timeout));
        System.out.printf(
                Locale.ROOT,
                "started     brokers in sync after %.1f s; instances: /health %.1f s, %s%n",
                formed,
                healthy.toMillis() / 1e3,
                becomesReady
                        ? "/ready %.1f s".formatted(ready.toMillis() / 1e3)
                        : "each with a part of the stores");
    }

    /** Kills all instances at the same time, starts them again, and returns when all serve. */
    void killAllInstances(Duration timeout) throws IOException, InterruptedException {
        for (Product instance : instances) {
            instance.kill();
        }
        launchInstances();
        awaitHealthy(timeout);
    }

    /** Stops all instances, the brokers run on. */
    void stopInstances() throws IOException, InterruptedException {
        for (Product instance : instances) {
            instance.stop();
        }
    }

    void launchInstances() throws IOException {
        for (Product instance : instances) {
            instance.launch();
        }
    }

    public Product instance(int number) {
        return instances.get(number);
    }

    /** How many instances there are. */
    public int count() {
        return instances.size();
    }

    /** Of all instances with the API. They are the first. */
    public List<InetSocketAddress> addresses() {
        return instances.stream()
                .filter(instance -> instance.role() == ProcessRole.APPLICATION)
                .map(Product::address)
                .toList();
    }

    /** How many brokers there are; 0 if an instance has its own. */
    int brokerCount() {
        return brokerCount;
    }

    /** Which instances are for that. */
    List<Integer> numbersOf(ProcessRole role) {
        return IntStream.range(0, instances.size())
                .filter(number -> instances.get(number).role() == role)
                .boxed()
                .toList();
    }

    /** What a fault befalls, as in figures: {@code worker}, say. */
    String victimOf(Fault fault) {
        return fault.type().ofBroker() ? "broker" : instances.get(fault.victim()).role().word();
    }

    /** Of all brokers. */
    public String bootstrapServers() {
        return brokers == null
                ? instances.getFirst().bootstrapServers()
                : brokers.bootstrapServers();
    }

    /** The process of the first broker. */
    public long brokerPid() throws IOException {
        return brokers == null
                ? instances
                        .getFirst()
                        .brokerPid()
                        .orElseThrow(() -> new IOException("no broker process was found"))
                : brokers.pid(0);
    }

    private BrokerCluster ownBrokers() {
        if (brokers == null) {
            throw new IllegalStateException("the broker belongs to the instance");
        }
        return brokers;
    }

    private void launchBroker(int broker) throws IOException {
        ownBrokers().launch(broker);
    }

    /** Kills a broker with SIGKILL and starts it again; an instance's broker it starts itself. */
    void killBroker(int broker) throws IOException, InterruptedException {
        if (brokers != null) {
            brokers.kill(broker);
            brokers.launch(broker);
        } else if (!instances.getFirst().killBroker()) {
            throw new IOException("no broker process was found to kill");
        }
    }

    /** Stops a broker from doing anything, until {@link #thawBroker}. */
    void freezeBroker(int broker) throws IOException, InterruptedException {
        ownBrokers().freeze(broker);
    }

    void thawBroker(int broker) throws IOException, InterruptedException {
        ownBrokers().thaw(broker);
    }

    /** Waits until every broker has every copy; of an instance's own broker nothing is known. */
    void awaitInSync(Duration timeout) throws IOException, InterruptedException {
        if (brokers != null) {
            brokers.awaitInSync(timeout);
        }
    }

    /** Waits until every instance serves; how long that took. */
    Duration awaitHealthy(Duration timeout) throws IOException, InterruptedException {
        return awaitOk("/health", timeout);
    }

    /** Waits until every instance has all it needs; how long that took. */
    Duration awaitReady(Duration timeout) throws IOException, InterruptedException {
        return becomesReady ? awaitOk("/ready", timeout) : Duration.ZERO;
    }

    private Duration awaitOk(String path, Duration timeout)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        for (Product instance : instances) {
            long left = timeout.toNanos() - (System.nanoTime() - begun);
            instance.awaitOk(path, Duration.ofNanos(Math.max(left, 1)));
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Ends the instances first: without a broker they cannot end well. */
    @Override
    public void close() {
        instances.forEach(Product::close);
        if (brokers != null) {
            brokers.close();
        }
    }
}
