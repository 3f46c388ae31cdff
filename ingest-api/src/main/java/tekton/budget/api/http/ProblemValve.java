package tekton.budget.api.http;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/** What Tomcat answers by itself, such as to an address it cannot read: a problem, not a page. */
public final class ProblemValve extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemValve.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        // Below 500 it is the client's doing, and a stranger must not be able to fill the log.
        if (failure != null && status >= 500) {
            LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), failure);
        }
        // Marking the error as reported keeps Tomcat from reporting it once more.
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemType type = ProblemType.ofStatus(status);
        try {
            ProblemResponse.write(response.getResponse(), Problem.of(type, type.title()));
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            LOG.debug("no problem could be sent", e);
        }
    }
}
