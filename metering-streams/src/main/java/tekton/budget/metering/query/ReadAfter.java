package tekton.budget.metering.query;

import tekton.budget.value.Positions;

import java.time.Duration;

/**
 * Read your own writes: what the state must have passed before it is read.
 *
 * @param positions the positions that the caller has written
 * @param patience how long to wait for it at most
 */
public record ReadAfter(Positions positions, Duration patience) {

    /** Whatever the state is now. */
    public static final ReadAfter NOTHING = new ReadAfter(Positions.NONE, Duration.ZERO);
}
