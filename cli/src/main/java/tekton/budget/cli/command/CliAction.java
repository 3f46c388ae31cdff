package tekton.budget.cli.command;

import tekton.budget.cli.call.ExitCode;

/** The doing of a command. */
@FunctionalInterface
interface CliAction {

    /**
     * Does it.
     *
     * @throws tekton.budget.cli.call.CliFailure when it cannot be done
     */
    ExitCode run(CliContext context, CliInput input);
}
