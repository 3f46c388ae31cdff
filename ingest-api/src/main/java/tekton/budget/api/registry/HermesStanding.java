package tekton.budget.api.registry;

/**
 * How this service stands with Hermes.
 *
 * @param state of its entry
 * @param byFile whether a file announces it instead
 */
public record HermesStanding(HermesState state, boolean byFile) {

    static final HermesStanding OFF = new HermesStanding(HermesState.OFF, false);

    /** True while Hermes has the entry, as far as can be known. */
    public boolean registered() {
        return state == HermesState.REGISTERED;
    }
}
