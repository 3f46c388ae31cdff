package tekton.budget.cli.call;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** A command cannot go on. The message is one line; each hint is one more. */
public final class CliFailure extends RuntimeException {

    private final ExitCode code;
    private final List<String> hints;

    public CliFailure(ExitCode code, String message, String... hints) {
        this(code, message, null, List.of(hints));
    }

    public CliFailure(
            ExitCode code, String message, @Nullable Throwable cause, List<String> hints) {
        super(message, cause);
        this.code = code;
        this.hints = List.copyOf(hints);
    }

    /** A value that the caller gave is wrong. */
    public static CliFailure usage(String message, String... hints) {
        return new CliFailure(ExitCode.USAGE, message, hints);
    }

    /** Whether Budget has answered, and the same again would be answered the same for a while. */
    public boolean isRefusal() {
        return code != ExitCode.FAILED && code != ExitCode.WAIT_ENDED;
    }

    public ExitCode code() {
        return code;
    }

    public List<String> hints() {
        return hints;
    }

    /** As {@link Throwable#getMessage}, which is never absent here. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
