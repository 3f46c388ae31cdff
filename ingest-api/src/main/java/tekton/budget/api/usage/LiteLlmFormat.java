package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.litellm.LiteLlmLogs;
import tekton.budget.api.http.Bodies;

import java.util.Set;

/** {@code POST /api/usage/litellm}: what LiteLLM's generic API callback and webhook send. */
final class LiteLlmFormat implements ForeignFormat {

    private static final Set<String> MEDIA =
            Set.of(Bodies.JSON, "application/x-ndjson", "application/jsonl");

    @Override
    public Way way() {
        return Way.LITELLM;
    }

    @Override
    public void checkMedia(HttpServletRequest request) {
        Bodies.mediaType(request, MEDIA);
    }

    @Override
    public Adapted read(ForeignRequest request) throws ForeignFormatException {
        return LiteLlmLogs.read(request.body(), request.attribution());
    }
}
