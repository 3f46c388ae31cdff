package tekton.budget.api.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

import org.apache.kafka.common.utils.AppInfoParser;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

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
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        // Micrometer's own binder looks at every thread once for each state that it may be in.
        Figures<ThreadMXBean> threads =
                new Figures<>(registry, ManagementFactory.getThreadMXBean());
        threads.gauge("jvm.threads.live", "Platform threads", ThreadMXBean::getThreadCount);
        threads.gauge(
                "jvm.threads.peak",
                "Peak number of platform threads",
                ThreadMXBean::getPeakThreadCount);
        new Figures<>(registry, version)
                .gauge(
                        "budget.build.info",
                        "Version of the running service",
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
