package tekton.budget.cli.command;

import picocli.AutoComplete;

import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;

import java.util.List;

/** Prints a script that completes words and options in bash and zsh. */
final class CompletionAction implements CliAction {

    private static final List<String> SHELLS = List.of("bash", "zsh");

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        String shell = input.argument(0);
        if (!SHELLS.contains(shell)) {
            throw CliFailure.usage("SHELL: \"" + shell + "\" (expected: bash or zsh)");
        }
        // One script for both: under zsh it turns bash's completions on by itself.
        context.out()
                .println(AutoComplete.bash("budget", new WordsParser(new CommandBook()).whole()));
        return ExitCode.OK;
    }
}
