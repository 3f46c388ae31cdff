package tekton.budget.codec;

import tekton.budget.value.Shown;

/**
 * Why a field was not accepted.
 *
 * @param field the field's name on the wire, or {@link #WHOLE}
 * @param kind what is wrong with it
 * @param message one sentence: field, value as JSON, and expectation
 */
public record FieldProblem(String field, ProblemKind kind, String message) {

    /** What is wrong with a field. */
    public enum ProblemKind {
        /** Required and not there. */
        MISSING("missing"),
        /** Another JSON type than expected, or text of another form. */
        SHAPE("shape"),
        /** Too long, too large, too deep, too old. */
        BOUND("bound"),
        /** Outside its set of values, or against a rule between fields. */
        RULE("rule");

        private final String wireName;

        ProblemKind(String wireName) {
            this.wireName = wireName;
        }

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** Stands for the record as a whole where no field of it is to blame. */
    public static final String WHOLE = "record";

    static FieldProblem of(ProblemKind kind, String field, Shown value, String expected) {
        return new FieldProblem(
                field, kind, "%s: %s (expected: %s)".formatted(field, value, expected));
    }

    static FieldProblem missing(String field, String expected) {
        return new FieldProblem(
                field,
                ProblemKind.MISSING,
                "%s: missing (expected: %s)".formatted(field, expected));
    }
}
