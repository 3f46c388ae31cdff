package tekton.budget.standalone;

/** A setting has a value the service cannot start with. The message is one line for the user. */
final class InvalidSettingException extends Exception {

    InvalidSettingException(String name, String value, String expected) {
        super(name + ": " + value + " (expected: " + expected + ")");
    }
}
