package tekton.budget.adapter;

/** A body that is not of the format at all: nothing of it was understood. */
public final class ForeignFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    /** One whose message names the field, the value and the expectation, for whoever sent it. */
    public ForeignFormatException(String message) {
        super(message);
    }
}
