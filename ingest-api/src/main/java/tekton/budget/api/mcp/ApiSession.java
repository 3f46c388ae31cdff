package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** One caller's requests to the API, with refusals as sentences. */
final class ApiSession {

    private static final String POSITION = "Budget-Position";
    private static final int DETAIL_LENGTH_MAX = 2_000;

    private final OwnApi api;
    private final ApiCaller caller;

    ApiSession(OwnApi api, ApiCaller caller) {
        this.api = api;
        this.caller = caller;
    }

    /** A GET that must succeed. */
    OwnAnswer get(String path, ApiParameters query) throws ToolRefusedException {
        return done(tried(path, query));
    }

    /** A GET whose failure the caller understands. */
    OwnAnswer tried(String path, ApiParameters query) throws ToolRefusedException {
        return api.ask(caller, path + query.encoded(), null, query.headers());
    }

    /** A POST that must succeed. */
    OwnAnswer post(String path, ObjectNode body) throws ToolRefusedException {
        return post(path, body, Map.of());
    }

    /** The same with more headers. */
    OwnAnswer post(String path, ObjectNode body, Map<String, String> headers)
            throws ToolRefusedException {
        return done(api.ask(caller, path, body, headers));
    }

    /** The header that has an answer include a change. */
    static Map<String, String> after(JsonNode position) {
        return position.isString() ? Map.of(POSITION, position.stringValue()) : Map.of();
    }

    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static OwnAnswer done(OwnAnswer answer) throws ToolRefusedException {
        if (answer.done()) {
            return answer;
        }
        throw new ToolRefusedException(answer.status(), sentence(answer));
    }

    /** Why the API refused, and what can be done. */
    private static String sentence(OwnAnswer answer) {
        JsonNode problem = answer.body();
        String detail = problem.path("detail").asString("Budget answered " + answer.status());
        StringBuilder text =
                new StringBuilder(
                        detail.length() > DETAIL_LENGTH_MAX
                                ? detail.substring(0, DETAIL_LENGTH_MAX)
                                : detail);
        text.append(" (HTTP %d".formatted(answer.status()));
        if (problem.path("code").isString()) {
            text.append(", ").append(problem.get("code").stringValue());
        }
        text.append(").");
        String advice = advice(answer);
        return advice == null ? text.toString() : text.append(' ').append(advice).toString();
    }

    private static @Nullable String advice(OwnAnswer answer) {
        return switch (answer.status()) {
            case 402 -> RefusalAdvice.of(answer.body().path("blocking"));
            case 401, 403 -> "Another API key is needed for this; do not try again with this one.";
            case 429, 503, 504 ->
                    answer.retryAfter() == null
                            ? "Try again later."
                            : "Try again in %s s.".formatted(answer.retryAfter());
            default -> null;
        };
    }

    /** The parameters and headers of a GET. */
    static final class ApiParameters {

        private final Map<String, String> parameters = new LinkedHashMap<>();
        private Map<String, String> headers = Map.of();

        ApiParameters with(String name, String value) {
            parameters.put(name, value);
            return this;
        }

        /** The argument of that name as a parameter of that name, if it was given. */
        ApiParameters with(ObjectNode arguments, String... names) {
            for (String name : names) {
                JsonNode value = arguments.path(name);
                if (value.isString() || value.isBoolean()) {
                    parameters.put(name, value.asString());
                }
            }
            return this;
        }

        /** Answered behind the change that the arguments name, if they name one. */
        ApiParameters behind(ObjectNode arguments) {
            headers = after(arguments.path("after_position"));
            return this;
        }

        /** Answered behind a change that was made just now. */
        ApiParameters behind(@Nullable String position) {
            headers = position == null ? Map.of() : Map.of(POSITION, position);
            return this;
        }

        private Map<String, String> headers() {
            return headers;
        }

        private String encoded() {
            StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
            parameters.forEach((name, value) -> query.add(name + '=' + ApiSession.encoded(value)));
            return query.toString();
        }
    }
}
