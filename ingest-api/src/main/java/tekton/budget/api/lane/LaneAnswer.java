package tekton.budget.api.lane;

import tekton.budget.codec.JsonBytes;

import java.util.List;

/**
 * An answer.
 *
 * @param status the HTTP status
 * @param reason what the status line says; possibly empty
 * @param headers further headers, as lines without their ends
 * @param contentType of the body
 * @param body the body
 */
public record LaneAnswer(
        int status, String reason, List<String> headers, String contentType, JsonBytes body) {

    public LaneAnswer {
        headers = List.copyOf(headers);
    }
}
