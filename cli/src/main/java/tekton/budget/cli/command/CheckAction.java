package tekton.budget.cli.command;

import tekton.budget.cli.call.ApiAnswer;
import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;

/** Whether an allocation would fit, also as an exit code: {@code budget allocate check && …}. */
final class CheckAction implements CliAction {

    @Override
    public ExitCode run(CliContext context, CliInput input) {
        ApiAnswer answer = RestAction.ask(context, input);
        RestAction.show(context, input.command(), answer);
        JsonTree verdict = answer.json();
        if (verdict.at("allowed").isTrue()) {
            return ExitCode.OK;
        }
        for (JsonTree blocking : verdict.at("blocking").items()) {
            context.err()
                    .println(
                            "in the way: "
                                    + blocking.at("policy_id").text()
                                    + ": "
                                    + blocking.at("message").text());
        }
        return ExitCode.REFUSED;
    }
}
