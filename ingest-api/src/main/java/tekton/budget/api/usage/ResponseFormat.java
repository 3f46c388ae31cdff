package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.provider.ProviderAnswers;
import tekton.budget.adapter.provider.ProviderFormat;
import tekton.budget.api.http.Bodies;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemResponse;

import java.io.IOException;
import java.util.Set;

/** {@code POST /api/usage/{provider}}: a provider's answer as it was received. */
final class ResponseFormat implements ForeignFormat {

    private static final Set<String> MEDIA =
            Set.of(
                    Bodies.JSON,
                    "text/event-stream",
                    "application/x-ndjson",
                    "application/jsonl",
                    "application/vnd.amazon.eventstream");

    private final ProviderFormat format;

    ResponseFormat(ProviderFormat format) {
        this.format = format;
    }

    @Override
    public Way way() {
        return Way.RESPONSE;
    }

    @Override
    public void checkMedia(HttpServletRequest request) {
        Bodies.mediaType(request, MEDIA);
    }

    @Override
    public Adapted read(ForeignRequest request) throws ForeignFormatException {
        return ProviderAnswers.read(
                format,
                request.body(),
                request.media(),
                request.http()::getHeader,
                request.attribution());
    }

    /** One call is answered like a record of ours; several like a batch. */
    @Override
    public void answer(
            HttpServletRequest request, HttpServletResponse response, ForeignOutcome outcome)
            throws IOException {
        Judgement.AcceptedUsage only = outcome.only();
        Problem refusal = outcome.firstRefusal();
        if (only != null) {
            Bodies.write(response, HttpServletResponse.SC_CREATED, RecordAnswers.json(only));
        } else if (refusal != null && outcome.isSingle()) {
            ProblemResponse.write(response, refusal);
        } else {
            outcome.write(response, HttpServletResponse.SC_OK);
        }
    }
}
