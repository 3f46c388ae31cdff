package tekton.budget.cli.feed;

/** A line makes no record. The message has the field, the value and the expectation. */
final class UnfitLineException extends Exception {

    UnfitLineException(String message) {
        super(message);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
