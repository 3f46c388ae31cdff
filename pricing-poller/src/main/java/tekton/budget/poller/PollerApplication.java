package tekton.budget.poller;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import tekton.budget.poller.config.PollerSettings;
import tekton.budget.poller.config.PricingPollerAutoConfiguration;
import tekton.budget.settings.DataDirectory;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;

import java.util.Map;

/** The poller by itself, without a web port. */
public final class PollerApplication {

    private static final Map<String, Object> LOG_LEVELS =
            Map.of(
                    "logging.level.org.apache.kafka", "warn",
                    "logging.level.org.apache.kafka.clients.NetworkClient", "error",
                    // Says thousands of times a second that a topic is gone.
                    "logging.level.org.apache.kafka.clients.consumer.internals.FetchCollector",
                            "error",
                    "logging.level.org.springframework", "warn");

    private PollerApplication() {}

    /** Polls by the settings in the environment until the process is told to stop. */
    public static void main(String[] arguments) {
        PollerSettings settings;
        try {
            settings = PollerSettings.of(new Environment(System.getenv()));
            DataDirectory.claim(settings.dataDirectory());
        } catch (InvalidSettingException impossible) {
            System.err.println(impossible.getMessage());
            System.exit(1);
            return;
        }
        start(settings);
    }

    /**
     * Starts and returns; the context stops the poller when it is closed, at the latest when the
     * process is told to end.
     */
    static ConfigurableApplicationContext start(PollerSettings settings) {
        SpringApplication application = new SpringApplication(PricingPollerAutoConfiguration.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setAddCommandLineProperties(false);
        // Every thread here is a daemon: without this the process would end at once.
        application.setKeepAlive(true);
        application.setDefaultProperties(LOG_LEVELS);
        application.addInitializers(
                context ->
                        ((GenericApplicationContext) context)
                                .registerBean(PollerSettings.class, () -> settings));
        return application.run();
    }
}
