package tekton.budget.cli.command;

import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.ExitCode;

/** Does something again and again until it is interrupted. */
final class Repeating {

    private static final String CLEAR = "\033[H\033[2J";

    private Repeating() {}

    /** A failure of the first time ends it; later ones are told, and it goes on. */
    static ExitCode run(CliContext context, int seconds, Runnable task) {
        boolean first = true;
        while (!context.out().checkError()) {
            if (context.world().draws()) {
                context.out().print(CLEAR);
            } else if (!first) {
                context.out().println();
            }
            try {
                task.run();
            } catch (CliFailure failed) {
                if (first) {
                    throw failed;
                }
                context.err().println("budget: " + failed.text());
            }
            first = false;
            context.out().flush();
            if (!pause(seconds * 1_000L)) {
                return ExitCode.INTERRUPTED;
            }
        }
        return ExitCode.OK;
    }

    /** False when it was interrupted. */
    static boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
