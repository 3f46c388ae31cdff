package tekton.budget.poller.feed;

/** The bytes are no price list of the expected form. The message is one line. */
public final class UnreadableFeedException extends Exception {

    private static final long serialVersionUID = 1L;

    public UnreadableFeedException(String message) {
        super(message);
    }
}
