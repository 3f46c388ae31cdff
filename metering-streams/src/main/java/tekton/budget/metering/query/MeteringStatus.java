package tekton.budget.metering.query;

import java.util.Map;

/** How the metering is doing, for health and readiness. Any thread. */
public interface MeteringStatus {

    /** True when every store that this instance owns can be asked. */
    boolean queryable();

    /** True while prices and budgets are read to their end and on. */
    boolean following();

    /** How many records of prices and limits were not readable since the start. */
    long unreadable();

    /** The parts and their state in words, such as {@code metering: RUNNING}. */
    Map<String, String> parts();
}
