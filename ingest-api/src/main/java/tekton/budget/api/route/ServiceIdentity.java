package tekton.budget.api.route;

import java.time.Instant;

/**
 * What this instance says of itself.
 *
 * @param version its version
 * @param port where it serves
 * @param startedAt when it began to start
 */
public record ServiceIdentity(String version, int port, Instant startedAt) {

    /** The component's name in Tekton. */
    public static final String COMPONENT = "budget";

    /** What it is for. */
    public static final String DESCRIPTION = "Meters LLM tokens and money";
}
