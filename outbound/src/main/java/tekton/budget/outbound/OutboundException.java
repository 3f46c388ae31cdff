package tekton.budget.outbound;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** An exchange came to no answer. The message is one line. */
public final class OutboundException extends IOException {

    private static final long serialVersionUID = 1L;

    /** How it failed. */
    public enum FailureKind {
        /** The name is not known, or nobody listens there. */
        UNREACHABLE,
        /** The address policy does not allow one of the host's addresses. */
        REFUSED,
        /** The time was up before the answer was whole. */
        TIMEOUT,
        /** The body has more bytes than may be read. */
        TOO_LARGE,
        /** Something else than a whole HTTP answer came. */
        BROKEN
    }

    private final FailureKind reason;

    OutboundException(FailureKind reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public FailureKind reason() {
        return reason;
    }
}
