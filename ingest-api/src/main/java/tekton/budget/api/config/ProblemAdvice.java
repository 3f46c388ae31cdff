package tekton.budget.api.config;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemResponse;
import tekton.budget.api.http.ProblemType;

import java.util.Arrays;

/** What Spring MVC's endpoints answer when they fail. */
@ControllerAdvice
public final class ProblemAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    /**
     * Answers with the problem that the failure is. An answer that is on its way already must not
     * look whole: the failure goes on to the container, which breaks the connection.
     */
    @ExceptionHandler
    public void handle(Exception failure, HttpServletRequest request, HttpServletResponse response)
            throws Exception {
        if (response.isCommitted()) {
            throw failure;
        }
        if (failure instanceof HttpRequestMethodNotSupportedException wrongMethod
                && wrongMethod.getSupportedMethods() != null) {
            response.setHeader("Allow", String.join(", ", wrongMethod.getSupportedMethods()));
        }
        ProblemResponse.write(response, problemOf(failure, request));
    }

    private static Problem problemOf(Exception failure, HttpServletRequest request) {
        return switch (failure) {
            case ProblemException refused -> refused.problem();
            case HttpRequestMethodNotSupportedException wrongMethod ->
                    Problem.of(
                            ProblemType.METHOD_NOT_ALLOWED,
                            "%s %s (expected: %s)"
                                    .formatted(
                                            request.getMethod(),
                                            request.getRequestURI(),
                                            Arrays.toString(wrongMethod.getSupportedMethods())));
            case InvalidParameterException badQuery -> Problem.undecodableQuery();
            case ErrorResponse known -> {
                ProblemType type = ProblemType.ofStatus(known.getStatusCode().value());
                yield Problem.of(type, "%s: %s".formatted(request.getRequestURI(), type.title()));
            }
            default -> {
                // The client is told nothing of it, so the log has to say all.
                LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), failure);
                yield Problem.of(ProblemType.INTERNAL_ERROR, ProblemType.INTERNAL_ERROR.title());
            }
        };
    }
}
