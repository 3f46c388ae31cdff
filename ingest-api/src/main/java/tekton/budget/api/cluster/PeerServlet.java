package tekton.budget.api.cluster;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemResponse;
import tekton.budget.api.http.ProblemType;
import tekton.budget.metering.query.remote.PeerEndpoint;
import tekton.budget.metering.query.remote.PeerSecret;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * {@code POST /internal/ask/<name>}: what other instances ask this one. No API key opens it, and
 * without the cluster's secret it answers nothing but 401.
 */
public final class PeerServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient Supplier<PeerEndpoint> endpoint;

    /**
     * The servlet.
     *
     * @param endpoint answers; throws a problem until it is there
     */
    public PeerServlet(Supplier<PeerEndpoint> endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try {
            String uri = request.getRequestURI();
            if (!request.getMethod().equals("POST") || !uri.startsWith(PeerEndpoint.PATH)) {
                throw new ProblemException(
                        Problem.of(ProblemType.PATH_NOT_FOUND, uri + " not found"));
            }
            endpoint.get()
                    .answer(
                            request.getHeader(PeerSecret.HEADER),
                            uri.substring(PeerEndpoint.PATH.length()),
                            request.getInputStream(),
                            (status, lag) -> {
                                response.setStatus(status);
                                if (lag != null) {
                                    response.setHeader(PeerEndpoint.LAG, String.valueOf(lag));
                                }
                                return response.getOutputStream();
                            });
        } catch (ProblemException refused) {
            ProblemResponse.write(response, refused.problem());
        }
    }
}
