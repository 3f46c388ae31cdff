package tekton.budget.api.http;

import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;

/** Answers a request with a problem. */
public final class ProblemResponse {

    /** What the status line says; not sent as a header. */
    public static final String REASON = "Budget-Reason";

    private ProblemResponse() {}

    /** Writes the problem, unless an answer is on its way already. */
    public static void write(HttpServletResponse response, Problem problem) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.type().status());
        if (problem.retryAfterSeconds() > 0) {
            response.setHeader("Retry-After", Long.toString(problem.retryAfterSeconds()));
        }
        response.setHeader(REASON, problem.reason());
        byte[] body = problem.toJson();
        response.setContentType(Problem.CONTENT_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
