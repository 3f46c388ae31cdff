package tekton.budget.api.registry;

import org.jspecify.annotations.Nullable;

/**
 * One call that is to be made.
 *
 * @param task what for
 * @param due when, in milliseconds of the clock that the registration is told
 * @param family under whose paths
 * @param componentId whom it is about, as Hermes calls it
 * @param token what Hermes gave with the registration; null when it gave nothing
 * @param textStatus whether a heartbeat's status is a text instead of an object
 */
record Step(
        CallPurpose task,
        long due,
        Family family,
        String componentId,
        @Nullable String token,
        boolean textStatus) {

    /** What a call is for. */
    enum CallPurpose {
        REGISTER,
        HEARTBEAT,
        /** Whether the entry is still listed. */
        LOOK,
        UNREGISTER
    }

    /** The token is a secret. */
    @Override
    public String toString() {
        return task + " " + componentId + " " + family;
    }
}
