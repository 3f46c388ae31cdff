package tekton.budget.cli.command;

import picocli.CommandLine.ParseResult;

import tekton.budget.cli.call.CliFailure;

import java.math.BigDecimal;
import java.util.List;

/** The options and arguments that a command was given. */
final class CliInput {

    private final CliCommand command;
    private final ParseResult parsed;

    CliInput(CliCommand command, ParseResult parsed) {
        this.command = command;
        this.parsed = parsed;
    }

    CliCommand command() {
        return command;
    }

    /** The value of an option; empty when it was not given. */
    String text(String option) {
        String value = parsed.matchedOptionValue(option, "");
        return value == null ? "" : value;
    }

    boolean has(String option) {
        return parsed.hasMatchedOption(option);
    }

    /** The value of a repeated option. */
    List<String> texts(String option) {
        return parsed.matchedOptionValue(option, List.of());
    }

    /** An integer within the bounds. */
    int integer(String option, int absent, int least, int most) {
        String value = text(option);
        if (value.isEmpty()) {
            return absent;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // Told below.
        }
        throw CliFailure.usage(
                option
                        + ": \""
                        + value
                        + "\" (expected: an integer from "
                        + least
                        + " to "
                        + most
                        + ")");
    }

    static BigDecimal decimal(String name, String value) {
        try {
            // Digits by the million would take for ever.
            if (value.length() <= 64) {
                return new BigDecimal(value.replace("_", ""));
            }
        } catch (NumberFormatException notOne) {
            // Told below.
        }
        throw CliFailure.usage(name + ": \"" + value + "\" (expected: a decimal number)");
    }

    /** The argument at that position; empty when it was not given. */
    String argument(int position) {
        List<String> given = arguments();
        return position < given.size() ? given.get(position) : "";
    }

    List<String> arguments() {
        return parsed.matchedPositionals().stream()
                .flatMap(positional -> positional.stringValues().stream())
                .toList();
    }
}
