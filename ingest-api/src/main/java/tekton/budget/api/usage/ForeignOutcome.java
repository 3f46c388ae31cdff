package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.Problem;
import tekton.budget.codec.JsonBytes;

import java.io.IOException;

/**
 * What became of a request in a foreign format.
 *
 * @param ignored how many things it told of that are no calls to count
 * @param refused how many calls could not be counted
 * @param firstRefusal why the first of them could not; null where all could
 * @param only the one record that it was; null if it was none, or more
 * @param isSingle whether it told of one thing
 * @param json all of it for a reader
 */
record ForeignOutcome(
        long ignored,
        long refused,
        @Nullable Problem firstRefusal,
        Judgement.@Nullable AcceptedUsage only,
        boolean isSingle,
        JsonBytes json) {

    /** Answers with {@link #json}. */
    void write(HttpServletResponse response, int status) throws IOException {
        Bodies.write(response, status, json);
    }
}
