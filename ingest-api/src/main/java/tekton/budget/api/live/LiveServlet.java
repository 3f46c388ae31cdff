package tekton.budget.api.live;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemResponse;
import tekton.budget.api.http.ProblemType;

import java.io.IOException;
import java.time.Duration;

/** What both kinds of live connection share: GET only, a bound, every failure a problem. */
abstract class LiveServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(LiveServlet.class);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    abstract void serve(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException;

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try {
            if (!request.getMethod().equals("GET")) {
                response.setHeader("Allow", "GET");
                throw new ProblemException(
                        Problem.of(
                                ProblemType.METHOD_NOT_ALLOWED,
                                "%s %s (expected: GET)"
                                        .formatted(request.getMethod(), request.getRequestURI())));
            }
            serve(request, response);
        } catch (ProblemException refused) {
            ProblemResponse.write(response, refused.problem());
        } catch (InvalidParameterException badQuery) {
            ProblemResponse.write(response, Problem.undecodableQuery());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.error("{} failed", request.getRequestURI(), failure);
            ProblemResponse.write(
                    response,
                    Problem.of(ProblemType.INTERNAL_ERROR, ProblemType.INTERNAL_ERROR.title()));
        }
    }

    static ProblemException full() {
        return unavailable("there are as many live connections as there may be, or it stops");
    }

    static ProblemException unavailable(String detail) {
        return new ProblemException(
                Problem.retryLater(ProblemType.SERVICE_UNAVAILABLE, detail, RETRY_AFTER));
    }
}
