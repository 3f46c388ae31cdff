package tekton.budget.api.http;

import tekton.budget.codec.FieldProblem;
import tekton.budget.codec.JsonBytes;
import tekton.budget.value.Shown;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Why a request was not served, as a client is told (RFC 9457).
 *
 * @param type which failure
 * @param detail one sentence: what, which value, what was expected; no internals
 * @param errors what is wrong with which part of the request; possibly nothing
 * @param retryAfterSeconds when to try again; 0 for no advice
 * @param extensions further properties by name, each a JSON value
 */
public record Problem(
        ProblemType type,
        String detail,
        List<FieldError> errors,
        long retryAfterSeconds,
        SortedMap<String, String> extensions) {

    /** The media type of {@link #toJson}. */
    public static final String CONTENT_TYPE = "application/problem+json";

    /** Far less than what a client takes for a status line. */
    private static final int REASON_LENGTH_MAX = 500;

    /** The most field errors that one answer repeats. */
    private static final int ERRORS_MAX = 100;

    public Problem {
        errors = List.copyOf(errors.subList(0, Math.min(errors.size(), ERRORS_MAX)));
        extensions = Collections.unmodifiableSortedMap(new TreeMap<>(extensions));
    }

    private Problem(
            ProblemType type, String detail, List<FieldError> errors, long retryAfterSeconds) {
        this(type, detail, errors, retryAfterSeconds, new TreeMap<>());
    }

    /**
     * One wrong part of a request.
     *
     * @param loc where: {@code body}, {@code query}, {@code path} or {@code header}, then the name
     * @param msg one sentence
     * @param type what is wrong with it: missing, shape, bound or rule
     */
    public record FieldError(List<String> loc, String msg, String type) {
        public FieldError {
            loc = List.copyOf(loc);
        }
    }

    /** A problem without parts. */
    public static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail, List.of(), 0);
    }

    /** A problem that time may cure. */
    public static Problem retryLater(ProblemType type, String detail, Duration after) {
        return new Problem(type, detail, List.of(), Math.max(1, after.toSeconds()));
    }

    /** One query parameter, header or part of a body that has the wrong form or exceeds a bound. */
    public static Problem invalid(String where, String name, String value, String expected) {
        return ofPart(ProblemType.INVALID_REQUEST, "shape", where, name, value, expected);
    }

    /** One value outside its set. */
    public static Problem outsideSet(String where, String name, String value, String expected) {
        return ofPart(ProblemType.INVALID_VALUE, "rule", where, name, value, expected);
    }

    /** A query whose percent signs or bytes mean nothing. */
    public static Problem undecodableQuery() {
        return of(
                ProblemType.BAD_REQUEST,
                "the query cannot be decoded (expected: percent-encoded UTF-8)");
    }

    /** A body that is not even JSON. */
    public static Problem unreadable(String message) {
        return new Problem(
                ProblemType.INVALID_REQUEST,
                message,
                List.of(new FieldError(List.of("body"), message, "shape")),
                0);
    }

    /**
     * The wrong fields of a body: 400 when every one of them is of the right shape and only breaks
     * a rule, else 422.
     *
     * @param problems at least one
     */
    public static Problem ofFields(List<FieldProblem> problems) {
        boolean rulesOnly =
                problems.stream().allMatch(p -> p.kind() == FieldProblem.ProblemKind.RULE);
        return new Problem(
                rulesOnly ? ProblemType.INVALID_VALUE : ProblemType.INVALID_REQUEST,
                problems.stream().map(FieldProblem::message).collect(Collectors.joining("; ")),
                problems.stream()
                        .map(p -> new FieldError(where(p), p.message(), p.kind().wireName()))
                        .toList(),
                0);
    }

    /** The same problem with further properties. */
    public Problem with(SortedMap<String, String> more) {
        return new Problem(type, detail, errors, retryAfterSeconds, more);
    }

    /**
     * The detail as a reason phrase of HTTP/1.1 (RFC 9112 §4): printable ASCII, of bounded length.
     */
    public String reason() {
        int length = Math.min(detail.length(), REASON_LENGTH_MAX);
        StringBuilder reason = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char each = detail.charAt(i);
            reason.append(each < ' ' ? ' ' : each > '~' ? '?' : each);
        }
        return reason.toString();
    }

    /** The body, {@link #CONTENT_TYPE}. */
    public byte[] toJson() {
        JsonBytes json =
                new JsonBytes(512)
                        .open('{')
                        .property("type", type.uri())
                        .property("title", type.title())
                        .property("status", type.status())
                        .property("detail", detail)
                        .property("code", type.code())
                        .property("error", detail)
                        .name("errors")
                        .open('[');
        for (FieldError error : errors) {
            json.open('{').name("loc").open('[');
            error.loc().forEach(json::string);
            json.close(']').property("msg", error.msg()).property("type", error.type()).close('}');
        }
        json.close(']');
        extensions.forEach(json::propertyRaw);
        return json.close('}').toByteArray();
    }

    private static List<String> where(FieldProblem problem) {
        return problem.field().equals(FieldProblem.WHOLE)
                ? List.of("body")
                : List.of("body", problem.field());
    }

    private static Problem ofPart(
            ProblemType type,
            String kind,
            String where,
            String name,
            String value,
            String expected) {
        String message = "%s: %s (expected: %s)".formatted(name, Shown.parameter(value), expected);
        return new Problem(
                type, message, List.of(new FieldError(List.of(where, name), message, kind)), 0);
    }
}
