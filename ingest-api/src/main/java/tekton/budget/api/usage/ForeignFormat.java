package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemResponse;

import java.io.IOException;

/** A foreign format as it is spoken over HTTP: how it is read, and how it is answered. */
interface ForeignFormat {

    /** How it is counted in metrics. */
    Way way();

    /**
     * Ends a request whose body is of no type that the format has.
     *
     * @throws tekton.budget.api.http.ProblemException 415
     */
    void checkMedia(HttpServletRequest request);

    /**
     * What a request tells.
     *
     * @throws ForeignFormatException if it is not of the format at all
     */
    Adapted read(ForeignRequest request) throws ForeignFormatException;

    /** Answers a request that was read; all that was accepted of it is durable. */
    default void answer(
            HttpServletRequest request, HttpServletResponse response, ForeignOutcome outcome)
            throws IOException {
        outcome.write(response, HttpServletResponse.SC_OK);
    }

    /** Answers a request of which nothing is known to be counted. */
    default void refuse(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        ProblemResponse.write(response, problem);
    }
}
