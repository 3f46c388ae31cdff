package tekton.budget.api.http;

import java.util.Locale;

/** Every way a request can fail: status, machine-readable code and a title. Codes are frozen. */
public enum ProblemType {
    INVALID_REQUEST(422, "The request is not of the expected shape or exceeds a bound"),
    INVALID_VALUE(400, "A value is outside its set or breaks a rule"),
    BAD_REQUEST(400, "The request is not proper HTTP"),
    INSUFFICIENT_BUDGET(402, "A hard limit leaves too little"),
    PRICE_UNKNOWN(402, "A hard cost limit applies and the model's price is not known"),
    AUTHENTICATION_ERROR(401, "The request needs a valid API key"),
    AUTHORIZATION_ERROR(403, "The caller may not do this"),
    RESOURCE_NOT_FOUND(404, "There is no such resource"),
    PATH_NOT_FOUND(404, "There is no such path"),
    METHOD_NOT_ALLOWED(405, "The path does not serve this method"),
    REQUEST_TIMEOUT(408, "The request's body came too slowly"),
    AMBIGUOUS_RECORD(409, "Several records have this id"),
    RESOURCE_EXISTS(409, "There is such a resource already"),
    IDEMPOTENCY_CONFLICT(409, "The idempotency key was used for another request"),
    BUDGET_INACTIVE(409, "The budget has been deactivated"),
    TOO_MANY(409, "The budget holds as many of these as it may"),
    ALREADY_DECIDED(409, "This was decided otherwise before"),
    NOT_RELEASABLE(409, "These figures make no price"),
    NOT_RESENDABLE(409, "This dead letter cannot be sent again"),
    PRICE_FILE_DECIDES(409, "The operator's price file names the model, and always wins"),
    PAYLOAD_TOO_LARGE(413, "The request's body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The request's body is of a type that is not served here"),
    UPGRADE_REQUIRED(426, "The path serves WebSocket only"),
    TOO_MANY_REQUESTS(429, "More is in flight than the bound allows"),
    INTERNAL_ERROR(500, "Something went wrong on this side"),
    SERVICE_UNAVAILABLE(503, "A part that this request needs is not available"),
    POSITION_NOT_REACHED(504, "The state has not reached the asked position in time"),
    NOT_DECIDED(504, "The ledger has not decided in time"),
    NOT_ANSWERED(504, "Alerting has not answered in time");

    private final int status;
    private final String title;
    private final String code = name().toLowerCase(Locale.ROOT);

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The stable code. */
    public String code() {
        return code;
    }

    /** One phrase that is the same for every problem of the type. */
    public String title() {
        return title;
    }

    /** The problem type's URI (RFC 9457 §3.1.1): a name, not an address. */
    public String uri() {
        return "urn:tekton:budget:problem:" + code;
    }

    /** The type for a status that Tomcat or Spring has chosen. */
    public static ProblemType ofStatus(int status) {
        return switch (status) {
            case 404 -> PATH_NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 408 -> REQUEST_TIMEOUT;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            // Of an HTTP version, or with a transfer coding, that nobody speaks.
            case 501, 505 -> BAD_REQUEST;
            case 503 -> SERVICE_UNAVAILABLE;
            default -> status >= 500 ? INTERNAL_ERROR : BAD_REQUEST;
        };
    }
}
