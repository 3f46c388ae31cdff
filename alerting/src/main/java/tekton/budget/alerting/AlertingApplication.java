package tekton.budget.alerting;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import tekton.budget.alerting.config.AlertingAutoConfiguration;
import tekton.budget.alerting.config.AlertingSettings;
import tekton.budget.settings.DataDirectory;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.util.Map;

/** The application: by itself through {@link #main}, or inside another through {@link #start}. */
public final class AlertingApplication {

    private static final Map<String, Object> LOG_LEVELS =
            Map.of(
                    "logging.level.org.apache.kafka",
                    "warn",
                    // Say every second that Kafka is away; alerting says it once.
                    "logging.level.org.apache.kafka.clients.NetworkClient",
                    "error",
                    // Says thousands of times a second that a topic is gone.
                    "logging.level.org.apache.kafka.clients.consumer.internals.FetchCollector",
                    "error",
                    "logging.level.org.springframework",
                    "warn",
                    // The channel of kind log, whatever else is silent.
                    "logging.level.budget.alerts",
                    "info");

    private AlertingApplication() {}

    /** Works by the settings in the environment until the process is told to stop. */
    public static void main(String[] arguments) {
        AlertingSettings settings;
        try {
            settings = AlertingSettings.of(new Environment(System.getenv()));
            DataDirectory.claim(settings.dataDirectory());
        } catch (InvalidSettingException impossible) {
            System.err.println(impossible.getMessage());
            System.exit(1);
            return;
        }
        ConfigurableApplicationContext context = start(settings);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(context::close));
    }

    /**
     * Starts working and returns. Kafka need not be there yet.
     *
     * @return stops everything when closed
     */
    public static ConfigurableApplicationContext start(AlertingSettings settings) {
        SpringApplication application = new SpringApplication(AlertingAutoConfiguration.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setAddCommandLineProperties(false);
        // Whoever starts knows what else has to stop, and in which order.
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(LOG_LEVELS);
        application.addInitializers(
                context ->
                        ((GenericApplicationContext) context)
                                .registerBean(AlertingSettings.class, () -> settings));
        return application.run();
    }
}
