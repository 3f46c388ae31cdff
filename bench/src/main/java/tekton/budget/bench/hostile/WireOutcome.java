package tekton.budget.bench.hostile;

import tekton.budget.bench.http.Response;

import java.util.List;

/**
 * What came back.
 *
 * @param answers in their order; none for a connection that ended in silence
 * @param raw the first bytes as they came, one character each
 * @param hung whether nothing came for as long as anybody waits
 * @param broken what was no HTTP about it; empty if nothing
 * @param repeated whether it was sent twice, because a kept connection had ended
 */
record WireOutcome(
        List<Response> answers,
        String raw,
        boolean hung,
        String broken,
        boolean repeated,
        long millis) {}
