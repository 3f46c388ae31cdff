package tekton.budget.cli.command;

import java.util.List;

/**
 * An argument of a command, by position.
 *
 * @param label how help names it
 * @param choices the values there are; empty for any
 * @param arity 0 for one that may be absent, 1 for one, and more for all that follow
 */
record CliArgument(String label, String help, List<String> choices, int arity) {

    static final int ALL_THAT_FOLLOW = 2;
}
