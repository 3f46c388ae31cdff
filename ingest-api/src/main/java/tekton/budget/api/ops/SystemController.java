package tekton.budget.api.ops;

import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.route.ServiceIdentity;
import tekton.budget.codec.JsonBytes;
import tekton.budget.metering.query.SystemQueries;
import tekton.budget.metering.query.SystemQueries.InstanceView;
import tekton.budget.metering.query.SystemQueries.PartitionView;
import tekton.budget.metering.query.SystemQueries.SystemView;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code GET /system}: the instances, how far each partition is read, the disk, the parts. */
@Controller
@RequestMapping({"/api", "/api/v1"})
public final class SystemController {

    private final ServiceIdentity service;
    private final HealthController health;
    private final Supplier<@Nullable SystemQueries> system;
    private final String address;
    private final Path data;

    /**
     * The endpoint.
     *
     * @param system what the metering runs on, or null until it runs
     * @param address host:port under which others know this instance
     * @param data the directory of this instance's state; it may not be there yet
     */
    public SystemController(
            ServiceIdentity service,
            HealthController health,
            Supplier<@Nullable SystemQueries> system,
            String address,
            Path data) {
        this.service = service;
        this.health = health;
        this.system = system;
        this.address = address;
        this.data = data.toAbsolutePath();
    }

    /** How everything stands; answered within two seconds, whatever Kafka does. */
    @GetMapping("/system")
    public void system(HttpServletResponse response) throws IOException {
        SystemQueries running = system.get();
        SystemView view =
                running == null
                        ? new SystemView(
                                List.of(new InstanceView(null, address, true, List.of())),
                                List.of(),
                                "the metering has not started yet")
                        : running.view();
        JsonBytes json = new JsonBytes(4_096).open('{').name("instances").open('[');
        view.instances().forEach(each -> instance(json, each));
        json.close(']').name("partitions").open('[');
        view.partitions().forEach(each -> partition(json, each));
        json.close(']');
        number(json, "lag_total", total(view.partitions()));
        number(json, "behind_ms", longest(view.partitions()));
        json.property("reason", view.reason());
        disk(json);
        health.report().parts(json);
        Bodies.write(response, HttpServletResponse.SC_OK, json.close('}'));
    }

    private void instance(JsonBytes json, InstanceView instance) {
        json.open('{')
                .property("instance", instance.instance())
                .property("address", instance.address())
                .property("self", instance.self())
                .property("version", instance.self() ? service.version() : null)
                .name("partitions")
                .open('[');
        instance.partitions()
                .forEach(
                        owned ->
                                json.open('{')
                                        .property("store", owned.store())
                                        .property("partition", owned.partition())
                                        .close('}'));
        json.close(']').close('}');
    }

    private static void partition(JsonBytes json, PartitionView partition) {
        json.open('{')
                .property("topic", partition.topic())
                .property("partition", partition.partition())
                .property("owner", partition.owner());
        number(json, "position", partition.position());
        json.property("end", partition.end());
        number(json, "lag", partition.lag());
        number(json, "behind_ms", partition.behindMs());
        json.close('}');
    }

    /** Null unless it is known of every partition. */
    private static @Nullable Long total(List<PartitionView> partitions) {
        return known(partitions, PartitionView::lag)
                ? (Long)
                        partitions.stream()
                                .mapToLong(each -> Objects.requireNonNull(each.lag()))
                                .sum()
                : null;
    }

    /** Null unless it is known of every partition. */
    private static @Nullable Long longest(List<PartitionView> partitions) {
        return known(partitions, PartitionView::behindMs)
                ? (Long)
                        partitions.stream()
                                .mapToLong(each -> Objects.requireNonNull(each.behindMs()))
                                .max()
                                .orElse(0)
                : null;
    }

    private static boolean known(
            List<PartitionView> partitions, Function<PartitionView, @Nullable Long> what) {
        return !partitions.isEmpty()
                && partitions.stream().allMatch(each -> what.apply(each) != null);
    }

    /** Of the file system that the state is on, or will be. */
    private void disk(JsonBytes json) {
        Path there = data;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            FileStore store = there == null ? null : Files.getFileStore(there);
            if (store != null) {
                json.name("disk")
                        .open('{')
                        .property("free_bytes", store.getUsableSpace())
                        .property("total_bytes", store.getTotalSpace())
                        .close('}');
                return;
            }
        } catch (IOException unreadable) {
            // The answer says so by having none.
        }
        json.property("disk", null);
    }

    private static void number(JsonBytes json, String name, @Nullable Long value) {
        json.propertyRaw(name, value == null ? "null" : value.toString());
    }
}
