package tekton.budget.api.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

import org.apache.kafka.common.utils.AppInfoParser;

/** The process and its JVM, under the names that everybody's dashboards have for them. */
public final class ProcessMeters implements AutoCloseable {

    private final JvmGcMetrics collections = new JvmGcMetrics();

    /**
     * Binds them.
     *
     * @param version the version that this instance says it has
     */
    public ProcessMeters(MeterRegistry registry, String version) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        new Figures<>(registry, version)
                .gauge(
                        "budget.build.info",
                        "What runs here",
                        _ -> 1,
                        "version",
                        version,
                        "java",
                        Runtime.version().toString(),
                        "kafka",
                        AppInfoParser.getVersion());
    }

    /** Ends listening to the JVM's collections. */
    @Override
    public void close() {
        collections.close();
    }
}
