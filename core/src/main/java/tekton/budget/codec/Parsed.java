package tekton.budget.codec;

import tekton.budget.event.UsageReported;

import java.util.List;

/** What became of one usage record's bytes. */
public sealed interface Parsed {

    /**
     * Readable and within every bound but that of time, which needs a clock: see {@link UsageTime}.
     *
     * @param usage the record
     */
    record Accepted(UsageReported usage) implements Parsed {}

    /**
     * Not JSON.
     *
     * @param message what is wrong and where
     */
    record Unreadable(String message) implements Parsed {}

    /**
     * JSON, but not a usage record.
     *
     * @param problems every field that is wrong, at least one
     */
    record Refused(List<FieldProblem> problems) implements Parsed {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
