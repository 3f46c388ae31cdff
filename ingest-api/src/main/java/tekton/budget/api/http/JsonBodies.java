package tekton.budget.api.http;

import jakarta.servlet.http.HttpServletRequest;

import tekton.budget.codec.JsonFields;
import tekton.budget.value.UsageBounds;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Request bodies that are one JSON object, away from the hot path. */
public final class JsonBodies {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private JsonBodies() {}

    /**
     * The fields of the body.
     *
     * @throws ProblemException 413, 415 or 422 if it is not such a body
     */
    public static JsonFields read(HttpServletRequest request) throws IOException {
        return fields(bytes(request));
    }

    /**
     * The body as it was sent.
     *
     * @throws ProblemException 413 or 415 if it is too long or of another type
     */
    public static byte[] bytes(HttpServletRequest request) throws IOException {
        Bodies.mediaType(request, Set.of(Bodies.JSON));
        return Bodies.read(request, UsageBounds.RECORD_BYTES_MAX, TIMEOUT);
    }

    /**
     * The fields of a body that has been read.
     *
     * @throws ProblemException 422 if it is no JSON object
     */
    public static JsonFields fields(byte[] body) {
        try {
            return JsonFields.read(body);
        } catch (JsonFields.UnreadableException e) {
            throw new ProblemException(Problem.unreadable("body: " + e.getMessage()));
        }
    }

    /**
     * Ends the request if a field that was read is wrong.
     *
     * @throws ProblemException 400 or 422 that names all of them
     */
    public static void check(JsonFields fields) {
        if (!fields.problems().isEmpty()) {
            throw new ProblemException(Problem.ofFields(fields.problems()));
        }
    }
}
