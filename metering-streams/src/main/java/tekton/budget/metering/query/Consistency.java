package tekton.budget.metering.query;

import tekton.budget.value.Positions;

import java.time.Duration;

/**
 * Read your own writes: what the state must have passed before it is read; or that a state which
 * lags behind will do.
 *
 * @param positions the positions that the caller has written
 * @param patience how long to wait for it at most
 * @param staleAllowed whether a copy may answer where the owner cannot; only without positions
 */
public record Consistency(Positions positions, Duration patience, boolean staleAllowed) {

    /** Whatever the state is now. */
    public static final Consistency NOTHING = new Consistency(Positions.NONE, Duration.ZERO);

    /** Whatever the state is now, or was when a copy heard of it last. */
    public static final Consistency STALE_ALLOWED =
            new Consistency(Positions.NONE, Duration.ZERO, true);

    public Consistency {
        if (staleAllowed && !positions.isEmpty()) {
            throw new IllegalArgumentException(
                    "positions: %s (expected: none where a copy may answer)".formatted(positions));
        }
    }

    /** What the owner must have passed. */
    public Consistency(Positions positions, Duration patience) {
        this(positions, patience, false);
    }
}
