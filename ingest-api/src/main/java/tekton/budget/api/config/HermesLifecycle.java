package tekton.budget.api.config;

import org.springframework.context.SmartLifecycle;

import tekton.budget.api.ops.HealthController;
import tekton.budget.api.registry.HermesLink;

/**
 * Announces this service when HTTP is up, and takes that back before HTTP ends: nobody should be
 * sent here any more while requests drain.
 */
final class HermesLifecycle implements SmartLifecycle {

    private final HermesLink hermes;
    private final HealthController health;
    private volatile boolean running;

    HermesLifecycle(HermesLink hermes, HealthController health) {
        this.hermes = hermes;
        this.health = health;
    }

    @Override
    public void start() {
        hermes.start(health::status);
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        hermes.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
