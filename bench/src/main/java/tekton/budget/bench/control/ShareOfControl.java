package tekton.budget.bench.control;

import java.util.Locale;

/**
 * A figure of the product beside the same figure of its control.
 *
 * @param product of the product, in any unit
 * @param control of the control, in the same unit, more than 0
 */
public record ShareOfControl(double product, double control) {

    public ShareOfControl {
        if (!(control > 0)) {
            throw new IllegalArgumentException(
                    "control: %s (expected: more than 0)".formatted(control));
        }
    }

    /** How many hundredths of the control the product reaches. */
    public double percent() {
        return 100 * product / control;
    }

    /** How many times the control the product takes. */
    public double times() {
        return product / control;
    }

    /** Prints both, of something of which more is better. */
    public void print(String what, String unit) {
        System.out.printf(
                Locale.ROOT,
                "ratio       %s: %,.0f %s, control %,.0f: %.1f %%%n",
                what,
                product,
                unit,
                control,
                percent());
    }

    /** Prints both, of something of which less is better. */
    public void printCost(String what, String unit) {
        System.out.printf(
                Locale.ROOT,
                "ratio       %s: %,.2f %s, control %,.2f: %.2f times%n",
                what,
                product,
                unit,
                control,
                times());
    }
}
