package tekton.budget.api.assistant;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.FieldProblem.ProblemKind;
import tekton.budget.codec.JsonFields;
import tekton.budget.value.Money;
import tekton.budget.value.Shown;
import tekton.budget.value.UsageBounds;

import java.util.Objects;

/**
 * What a model is wanted for.
 *
 * @param description in the asker's words
 * @param inputTokens of one call, at least 1
 * @param outputTokens of one call, at least 1
 * @param usesPerDay how often, at least 1
 * @param limit what it may cost in {@link #DAYS} days, above zero
 * @param priorities what else matters, in the asker's words
 */
record ModelTask(
        String description,
        long inputTokens,
        long outputTokens,
        long usesPerDay,
        Money limit,
        String priorities) {

    /** Over how many days a budget is looked at, since uses are counted by the day. */
    static final int DAYS = 30;

    private static final int TEXT_LENGTH_MAX = 4_096;
    private static final long USES_MAX = 1_000_000_000;
    private static final Money LIMIT_MAX = Money.parse("1000000000000");

    /**
     * The task that a body describes.
     *
     * @throws ProblemException 422 or 400 if it describes none
     */
    static ModelTask of(JsonFields fields) {
        String description = fields.requiredText("task_description", TEXT_LENGTH_MAX);
        Long input = required(fields, "input_length", UsageBounds.TOKENS_MAX);
        Long output = required(fields, "output_length", UsageBounds.TOKENS_MAX);
        Long uses = required(fields, "usage_frequency", USES_MAX);
        Money limit = fields.money("budget_limit", LIMIT_MAX);
        if (!fields.has("budget_limit")) {
            fields.missing("budget_limit", "a number above 0");
        } else if (Money.ZERO.equals(limit)) {
            fields.refuse("budget_limit", ProblemKind.BOUND, Shown.number(0), "a number above 0");
        }
        String priorities = fields.requiredText("priority_areas", TEXT_LENGTH_MAX);
        JsonBodies.check(fields);
        return new ModelTask(
                description,
                Objects.requireNonNull(input),
                Objects.requireNonNull(output),
                Objects.requireNonNull(uses),
                Objects.requireNonNull(limit),
                priorities);
    }

    private static @Nullable Long required(JsonFields fields, String name, long max) {
        if (!fields.has(name)) {
            fields.missing(name, "an integer from 1");
            return null;
        }
        return fields.integer(name, 1, max);
    }
}
