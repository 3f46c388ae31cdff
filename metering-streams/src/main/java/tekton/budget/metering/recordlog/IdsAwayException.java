package tekton.budget.metering.recordlog;

/** Whether a record was counted cannot be asked now. */
final class IdsAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String missing;

    /**
     * Says what is missing.
     *
     * @param missing the part of the state, and why
     */
    IdsAwayException(String missing) {
        super(missing);
        this.missing = missing;
    }

    String missing() {
        return missing;
    }
}
