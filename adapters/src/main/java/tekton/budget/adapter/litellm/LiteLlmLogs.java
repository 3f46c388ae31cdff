package tekton.budget.adapter.litellm;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;
import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.SparseJson;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/**
 * Bodies of LiteLLM's generic API callback ({@code generic_api_callback.py}, {@code log_format} of
 * {@code json_array}, {@code ndjson} or {@code single}): records of its {@code
 * StandardLoggingPayload}. LiteLLM never repeats a request, whatever the answer: so what can be
 * read of a broken body counts, and the rest is named.
 *
 * <p>One instance reads one body, on one thread.
 */
public final class LiteLlmLogs {

    /** The most records of one body. LiteLLM sends 100 unless its {@code batch_size} is set. */
    public static final int RECORDS_MAX = 10_000;

    /** The most bytes of a value that is kept: far more than a usage object has. */
    private static final int VALUE_BYTES_MAX = 65_536;

    private static final SparseJson PAYLOAD =
            new SparseJson(StandardPayload.FIELDS, VALUE_BYTES_MAX);

    private final Attribution attribution;
    private final List<ForeignCall> calls = new ArrayList<>();
    private final List<Adapted.Rejection> rejected = new ArrayList<>();
    private long ignored;
    private int taken;

    private LiteLlmLogs(Attribution attribution) {
        this.attribution = attribution;
    }

    /**
     * An array of records, one record, or one record a line; which of them the body tells, since
     * LiteLLM's {@code Content-Type} is {@code application/json} for all. Answers from LiteLLM's
     * cache, failures without tokens, null (which LiteLLM sends for a call that it could not log)
     * and requests that call no model are ignored and counted.
     *
     * @param attribution what holds for records that do not say it; its context wins over the trace
     *     id, which LiteLLM makes itself unless a client names a session
     * @throws ForeignFormatException if nothing of it could be understood, or it has more than
     *     {@link #RECORDS_MAX} records; then nothing of it counts
     */
    public static Adapted read(byte[] body, Attribution attribution) throws ForeignFormatException {
        LiteLlmLogs logs = new LiteLlmLogs(attribution);
        if (hasLines(body)) {
            logs.readLines(body);
        } else {
            logs.readDocument(body, 0, body.length);
        }
        if (logs.calls.isEmpty() && logs.ignored == 0 && !logs.rejected.isEmpty()) {
            throw new ForeignFormatException(logs.rejected.getFirst().sentence());
        }
        return new Adapted(logs.calls, logs.ignored, logs.rejected);
    }

    private void readDocument(byte[] body, int offset, int length) throws ForeignFormatException {
        try {
            PAYLOAD.each(body, offset, length, RECORDS_MAX - taken, this::take);
        } catch (ForeignFormatException e) {
            boolean nothing = taken == 0 && length == body.length;
            if (nothing || taken >= RECORDS_MAX) {
                throw e;
            }
            reject(String.valueOf(e.getMessage()));
        }
    }

    private void readLines(byte[] body) throws ForeignFormatException {
        int from = 0;
        while (from < body.length) {
            int to = endOfLine(body, from);
            if (!isBlank(body, from, to)) {
                if (taken == RECORDS_MAX) {
                    throw new ForeignFormatException(
                            "body: too many lines (expected: at most %d)".formatted(RECORDS_MAX));
                }
                readDocument(body, from, to - from);
            }
            from = to + 1;
        }
    }

    private void take(JsonNode element) {
        if (element.isNull()) {
            taken++;
            ignored++;
        } else if (!(element instanceof ObjectNode object)) {
            reject(
                    "%s (expected: a JSON object, LiteLLM's StandardLoggingPayload)"
                            .formatted(SparseJson.shown(element)));
        } else {
            take(new StandardPayload(object));
        }
    }

    private void take(StandardPayload payload) {
        if (payload.isTexts()) {
            reject(
                    "usage: Python text, of litellm.generic_api_use_v1 (expected: a"
                            + " StandardLoggingPayload; set generic_api_use_v1 to false)");
        } else if (!payload.isPayload()) {
            reject(
                    "id, model, call_type: missing (expected: LiteLLM's StandardLoggingPayload, as"
                            + " its generic_api callback posts it)");
        } else {
            int position = taken++;
            if (payload.isCall()) {
                calls.add(payload.call(attribution).position(position));
            } else {
                ignored++;
            }
        }
    }

    private void reject(String problem) {
        rejected.add(new Adapted.Rejection(taken, "record %d: %s".formatted(taken, problem)));
        taken++;
    }

    /** Python's JSON of one record is one line: a second one that begins a record tells. */
    private static boolean hasLines(byte[] body) {
        int first = 0;
        while (first < body.length && isSpace(body[first])) {
            first++;
        }
        if (first == body.length || body[first] == '[') {
            return false;
        }
        for (int i = first; i + 1 < body.length; i++) {
            if (body[i] == '\n' && (body[i + 1] == '{' || body[i + 1] == 'n')) {
                return true;
            }
        }
        return false;
    }

    private static int endOfLine(byte[] body, int from) {
        int end = from;
        while (end < body.length && body[end] != '\n') {
            end++;
        }
        return end;
    }

    private static boolean isBlank(byte[] body, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isSpace(body[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
