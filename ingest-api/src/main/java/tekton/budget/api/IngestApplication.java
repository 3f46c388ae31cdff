package tekton.budget.api;

import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import tekton.budget.api.config.IngestConfiguration;
import tekton.budget.api.config.IngestSettings;
import tekton.budget.api.config.MeteringStart;
import tekton.budget.api.config.PortRelease;
import tekton.budget.api.fair.Carriers;
import tekton.budget.api.ops.ShutdownController;
import tekton.budget.api.publish.KafkaLedgerClient;
import tekton.budget.api.publish.KafkaPriceClient;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.api.publish.PriceClient;
import tekton.budget.kafka.KafkaClients;
import tekton.budget.kafka.TopicLog;
import tekton.budget.settings.DataDirectory;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;

/** The application: by itself through {@link #main}, or inside another through {@link #start}. */
public final class IngestApplication {

    private static final Map<String, Object> LOG_LEVELS =
            Map.ofEntries(
                    Map.entry("logging.level.org.apache.kafka", "warn"),
                    // Say at every start, or at every look-up, what is in order; when Kafka is away
                    // the publisher and the metering say it once.
                    Map.entry("logging.level.org.apache.kafka.clients.NetworkClient", "error"),
                    Map.entry(
                            "logging.level.org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils",
                            "error"),
                    // Says thousands of times a second that a topic is gone; the topic log says it
                    // once.
                    Map.entry(
                            "logging.level.org.apache.kafka.clients.consumer.internals.FetchCollector",
                            "error"),
                    Map.entry(
                            "logging.level.org.apache.kafka.clients.producer.internals.Sender",
                            "error"),
                    Map.entry(
                            "logging.level.org.apache.kafka.streams.processor.internals.StateDirectory",
                            "error"),
                    // Says at every rebalance, a line for each task, that there are fewer instances
                    // than copies.
                    Map.entry(
                            "logging.level.org.apache.kafka.streams.processor.internals.assignment.DefaultStandbyTaskAssignor",
                            "error"),
                    Map.entry("logging.level.org.apache.catalina", "warn"),
                    // A stack trace for what is no HTTP, once for each of its processors, and a
                    // line for a strange cookie: a stranger would fill the log with them.
                    Map.entry("logging.level.org.apache.coyote.http11", "warn"),
                    Map.entry("logging.level.org.apache.tomcat.util.http", "warn"),
                    Map.entry("logging.level.org.springframework", "warn"),
                    // Says each path that a stranger makes up.
                    Map.entry(
                            "logging.level.org.springframework.web.servlet.PageNotFound", "error"));

    private IngestApplication() {}

    /** Serves by the settings in the environment until the process is told to stop. */
    public static void main(String[] arguments) {
        Carriers.provide();
        IngestSettings settings;
        try {
            Environment environment = new Environment(System.getenv());
            settings = IngestSettings.of(environment);
            environment.warnOfUnknown(System.err);
            DataDirectory.claim(settings.dataDirectory());
        } catch (InvalidSettingException impossible) {
            System.err.println(impossible.getMessage());
            System.exit(1);
            return;
        }
        ConfigurableApplicationContext context = start(settings, () -> System.exit(0));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(context::close));
    }

    /**
     * Starts serving and returns. Kafka need not be there yet: until it is, {@code /health} and
     * writes answer 503.
     *
     * @param exit ends the process in order; called, by a thread of its own, when a request asks
     *     for that
     * @return stops everything when closed: HTTP drains first, then the metering, then the producer
     * @throws RuntimeException if the port cannot be had
     */
    public static ConfigurableApplicationContext start(IngestSettings settings, Runnable exit) {
        return start(settings, exit, () -> {});
    }

    /**
     * The same on a port where somebody else answers until then.
     *
     * @param release frees it
     */
    public static ConfigurableApplicationContext start(
            IngestSettings settings, Runnable exit, PortRelease release) {
        return start(
                settings,
                exit,
                release,
                MeteringStart.onKafka(),
                results ->
                        new KafkaLedgerClient(
                                settings.kafka(), results, settings.decisionTimeout()),
                results ->
                        new KafkaPriceClient(
                                settings.kafka(), results, settings.decisionTimeout()));
    }

    static ConfigurableApplicationContext start(
            IngestSettings settings,
            Runnable exit,
            MeteringStart metering,
            Function<TopicLog, LedgerClient> ledger,
            Function<TopicLog, PriceClient> prices) {
        return start(settings, exit, () -> {}, metering, ledger, prices);
    }

    private static ConfigurableApplicationContext start(
            IngestSettings settings,
            Runnable exit,
            PortRelease release,
            MeteringStart metering,
            Function<TopicLog, LedgerClient> ledger,
            Function<TopicLog, PriceClient> prices) {
        TopicLog results =
                new TopicLog(
                        "budget-results",
                        () ->
                                KafkaClients.reader(
                                        KafkaClients.readerConfig(
                                                settings.kafka(), "budget-results")));
        LedgerClient ledgerClient = ledger.apply(results);
        PriceClient priceClient = prices.apply(results);
        SpringApplication application = new SpringApplication(IngestConfiguration.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setAddCommandLineProperties(false);
        // Whoever starts knows what else has to stop, and in which order.
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(LOG_LEVELS);
        application.addInitializers(
                context -> {
                    GenericApplicationContext generic = (GenericApplicationContext) context;
                    generic.registerBean(IngestSettings.class, () -> settings);
                    generic.registerBean(PortRelease.class, () -> release);
                    generic.registerBean(MeteringStart.class, () -> metering);
                    // Closed by the backend, which knows when.
                    generic.registerBean(
                            TopicLog.class,
                            () -> results,
                            definition ->
                                    ((AbstractBeanDefinition) definition).setDestroyMethodName(""));
                    generic.registerBean(
                            LedgerClient.class,
                            () -> ledgerClient,
                            definition ->
                                    ((AbstractBeanDefinition) definition).setDestroyMethodName(""));
                    generic.registerBean(
                            PriceClient.class,
                            () -> priceClient,
                            definition ->
                                    ((AbstractBeanDefinition) definition).setDestroyMethodName(""));
                    if (settings.shutdownEndpoint()) {
                        generic.registerBean(
                                ShutdownController.class,
                                () -> new ShutdownController(exit, InstantSource.system()));
                    }
                });
        return application.run();
    }
}
