package tekton.budget.bench.crash;

import org.jspecify.annotations.Nullable;

import tekton.budget.bench.product.BrokerCluster;
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

/**
 * Instances of the product, each a process with data of its own, and their brokers. Both are
 * counted from 0. One thread at a time.
 */
public final class ProductCluster implements AutoCloseable {

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
        BrokerCluster kafka = new BrokerCluster(project, directory, brokers);
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

    private void launchInstances() throws IOException {
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

    /** Of all instances. */
    public List<InetSocketAddress> addresses() {
        return instances.stream().map(Product::address).toList();
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
