package tekton.budget.settings;

/** A setting has a value the service cannot start with. The message is one line for the user. */
public final class InvalidSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String name, String value, String expected) {
        super(name + ": " + value + " (expected: " + expected + ")");
    }
}
