package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemResponse;
import tekton.budget.api.http.ProblemType;
import tekton.budget.kafka.TopicPublisher;

import java.io.IOException;
import java.time.Duration;

/**
 * What the ways in share: POST only, every failure a problem. Plain servlets, because Spring MVC's
 * argument binding costs about a fifth of the throughput.
 */
abstract class UsageServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(UsageServlet.class);

    private final transient TopicPublisher publisher;

    private final transient IntakeMeter meter;

    UsageServlet(TopicPublisher publisher, IntakeMeter meter) {
        this.publisher = publisher;
        this.meter = meter;
    }

    /** How a request reports, also if it will be refused. */
    abstract Way way(HttpServletRequest request);

    abstract void serve(HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException;

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try {
            if (!request.getMethod().equals("POST")) {
                response.setHeader("Allow", "POST");
                ProblemResponse.write(
                        response,
                        Problem.of(
                                ProblemType.METHOD_NOT_ALLOWED,
                                "%s %s (expected: POST)"
                                        .formatted(request.getMethod(), request.getRequestURI())));
            } else if (!publisher.isOpen()) {
                refuse(
                        request,
                        response,
                        unavailable("nothing was written: Kafka has not been reached yet"));
            } else {
                serve(request, response);
            }
        } catch (ProblemException refused) {
            refuse(request, response, refused.problem());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            refuse(
                    request,
                    response,
                    unavailable(
                            "stopping; the records sent so far may not be durable: repeat them with"
                                    + " the same ids"));
        } catch (RuntimeException failure) {
            LOG.error("{} failed", request.getRequestURI(), failure);
            refuse(
                    request,
                    response,
                    Problem.of(ProblemType.INTERNAL_ERROR, ProblemType.INTERNAL_ERROR.title()));
        }
    }

    /** Answers a request that is refused as a whole. */
    final void refuse(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        meter.refused(way(request), problem.type());
        answerRefusal(request, response, problem);
    }

    /** In the words of the way in; a problem (RFC 9457) unless it has its own. */
    void answerRefusal(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        ProblemResponse.write(response, problem);
    }

    static Problem unavailable(String detail) {
        return Problem.retryLater(ProblemType.SERVICE_UNAVAILABLE, detail, RETRY_AFTER);
    }
}
