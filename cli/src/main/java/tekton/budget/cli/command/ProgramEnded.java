package tekton.budget.cli.command;

/** A program that a command ran has ended, not with 0; the command ends alike. */
final class ProgramEnded extends RuntimeException {

    private final int status;

    ProgramEnded(int status) {
        super("the program ended with " + status);
        this.status = status;
    }

    int status() {
        return status;
    }
}
