package tekton.budget.bench.control;

import picocli.CommandLine.Option;

import tekton.budget.bench.product.Target;

import java.io.IOException;

/** Whether the least that the same work could cost is measured too. */
public final class ControlOptions {

    @Option(
            names = "--no-control",
            description =
                    "Leave out the control: the least that the same work costs without the product,"
                            + " measured on the same broker after the application was stopped.")
    boolean left;

    /**
     * Makes room for a control, unless it is left out: stops the application, so that only its
     * broker runs. A product that somebody else started keeps running, and has no control.
     *
     * @return whether the control is to be measured
     */
    public boolean begin(Target target) throws IOException, InterruptedException {
        if (left) {
            return false;
        }
        if (!target.leaveOnlyBroker()) {
            System.out.println("control     left out: a product under --url is not stopped");
            return false;
        }
        return true;
    }
}
