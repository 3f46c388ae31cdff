package tekton.budget.api.config;

/** Lets go of the port, for somebody who answers there while this service starts. */
@FunctionalInterface
public interface PortRelease {

    /** Runs right before the port is taken; the port is free when it returns. */
    void run();
}
