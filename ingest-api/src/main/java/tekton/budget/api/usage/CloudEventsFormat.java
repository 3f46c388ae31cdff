package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.cloudevents.CloudEventBodies;
import tekton.budget.adapter.cloudevents.EventMapping;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;

import java.io.IOException;

/**
 * {@code POST /api/events}: CloudEvents over HTTP, at OpenMeter's address. 204 when all that counts
 * is counted, 207 with what was refused when not.
 */
final class CloudEventsFormat implements ForeignFormat {

    /** RFC 4918: several things with an outcome each. */
    private static final int MULTI_STATUS = 207;

    private final EventMapping mapping;

    CloudEventsFormat(EventMapping mapping) {
        this.mapping = mapping;
    }

    @Override
    public Way way() {
        return Way.CLOUDEVENTS;
    }

    /** In binary mode the type is the data's, whatever that is. */
    @Override
    public void checkMedia(HttpServletRequest request) {
        try {
            CloudEventBodies.checkMedia(request.getContentType(), request::getHeader);
        } catch (ForeignFormatException unknown) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                            String.valueOf(unknown.getMessage())));
        }
    }

    @Override
    public Adapted read(ForeignRequest request) throws ForeignFormatException {
        return CloudEventBodies.read(
                request.body(),
                request.http().getContentType(),
                request.http()::getHeader,
                mapping,
                request.attribution());
    }

    @Override
    public void answer(
            HttpServletRequest request, HttpServletResponse response, ForeignOutcome outcome)
            throws IOException {
        if (outcome.refused() == 0) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else {
            outcome.write(response, MULTI_STATUS);
        }
    }
}
