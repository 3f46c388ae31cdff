package tekton.budget.cli.call;

/** How a command ends, for scripts. */
public enum ExitCode {
    OK(0),
    /** The server or the network, or a check that found something. */
    FAILED(1),
    /** Wrong words, options, settings or values. */
    USAGE(2),
    NOT_FOUND(3),
    /** No key, a wrong one, or one without the scope. */
    ACCESS(4),
    /** A limit is in the way (402). */
    REFUSED(5),
    TOO_MANY_REQUESTS(6),
    CONFLICT(7),
    /** Budget has the request and did not answer it in time (504). */
    WAIT_ENDED(8),
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    static ExitCode ofStatus(int status) {
        return switch (status) {
            case 400, 413, 415, 422 -> USAGE;
            case 401, 403 -> ACCESS;
            case 402 -> REFUSED;
            case 404 -> NOT_FOUND;
            case 409 -> CONFLICT;
            case 429 -> TOO_MANY_REQUESTS;
            case 504 -> WAIT_ENDED;
            default -> FAILED;
        };
    }
}
