package tekton.budget.api.mcp;

/** A tool could not do what was asked. The message is for the caller: sentences, no internals. */
final class ToolRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * The refusal.
     *
     * @param status the HTTP status that says it
     */
    ToolRefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
