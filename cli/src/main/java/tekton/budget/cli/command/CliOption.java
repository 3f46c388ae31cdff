package tekton.budget.cli.command;

import java.util.List;

/**
 * An option of a command.
 *
 * @param names such as {@code --budget}, the first one is the usual one
 * @param field the name in the query or the body; empty for one that the command reads itself
 * @param fixed the value of an option that takes none; empty for one that takes a value
 * @param choices the values there are; empty for any
 */
record CliOption(
        List<String> names,
        String field,
        Place place,
        ValueKind kind,
        String fixed,
        String help,
        List<String> choices,
        boolean required) {

    /** Where the value goes. */
    enum Place {
        QUERY,
        BODY,
        COMMAND
    }

    /** How the value stands in a body. */
    enum ValueKind {
        TEXT,
        NUMBER,
        /** True or false. */
        TRUTH,
        /** Texts with commas between them. */
        TEXTS,
        /** JSON as it is. */
        JSON
    }

    String name() {
        return names.getFirst();
    }

    boolean takesValue() {
        return fixed.isEmpty();
    }
}
