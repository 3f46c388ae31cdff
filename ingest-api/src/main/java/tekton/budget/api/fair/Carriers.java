package tekton.budget.api.fair;

import tekton.budget.api.route.CostClass;

/**
 * The threads that carry virtual ones. By default there is one for each processor, and whoever adds
 * up a million cells on it lets nobody else have it meanwhile: on two processors two reports would
 * hold up every request. With one more for each request that may be so busy, the system divides the
 * processors, and everybody goes on.
 */
public final class Carriers {

    private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

    private Carriers() {}

    /** Sees to it that there are enough. Once, before the first virtual thread of the process. */
    public static void provide() {
        if (System.getProperty(PARALLELISM) == null) {
            int carriers = Runtime.getRuntime().availableProcessors() + CostClass.busyMax();
            System.setProperty(PARALLELISM, Integer.toString(carriers));
        }
    }
}
