package tekton.budget.bench.chaos;

import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The instances of the product, each a process with data of its own, on one Kafka. */
public final class Instances implements AutoCloseable {

    private final List<Product> products = new ArrayList<>();

    /**
     * Readies them.
     *
     * @param directory takes their data and logs
     * @param settings environment variables of all
     */
    public Instances(Path project, Path directory, int count, Map<String, String> settings)
            throws IOException {
        for (int i = 1; i <= count; i++) {
            Map<String, String> own = new HashMap<>(settings);
            own.put("BUDGET_ALERT_INSTANCE", "alerting-" + i);
            Path data = Files.createDirectories(directory.resolve("instance-" + i));
            products.add(new Product(project, data, own));
        }
    }

    public void launch() throws IOException {
        for (Product product : products) {
            product.launch();
        }
    }

    public Product get(int number) {
        return products.get(number);
    }

    public int count() {
        return products.size();
    }

    public List<InetSocketAddress> addresses() {
        return products.stream().map(Product::address).toList();
    }

    /**
     * Waits until a path of each answers 200.
     *
     * @param timeout for all together
     * @return how long that took
     */
    public Duration awaitOk(String path, Duration timeout)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        for (Product product : products) {
            long left = timeout.toNanos() - (System.nanoTime() - begun);
            product.awaitOk(path, Duration.ofNanos(Math.max(left, 1)));
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Override
    public void close() {
        products.forEach(Product::close);
    }
}
