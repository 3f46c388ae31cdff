package tekton.budget.bench.hostile;

import tekton.budget.bench.http.Response;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What every answer must be like, whatever was asked. Any thread. */
final class AnswerJudge {

    private static final String PROBLEM = "application/problem+json";
    private static final List<String> FIELDS = List.of("type", "title", "detail", "code", "error");

    /** Texts that come only from the inside. */
    private static final Pattern INSIDE =
            Pattern.compile(
                    "tekton\\.budget\\.[a-z]+\\.|\\bjava\\.(lang|util|io)\\b|org\\.(apache|springframework)\\.|jakarta\\.|io\\.vertx|Exception\\b|\\bat"
                        + " [a-z]+\\.[a-z.]+\\(|\\.java:\\d");

    private static final Pattern OTLP = Pattern.compile("^\\S+ \\S*(traces|logs|metrics)");
    private static final Pattern MCP = Pattern.compile("^\\S+ \\S*/mcp");

    private final List<String> secrets;

    /**
     * @param secrets no answer may show
     */
    AnswerJudge(List<String> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    /** A sentence for each thing that must not be. */
    List<String> judge(HostileRequest request, WireOutcome outcome) {
        List<String> wrong = new ArrayList<>();
        if (outcome.hung()) {
            wrong.add("no answer, and the connection is held");
        }
        if (!outcome.broken().isEmpty()) {
            wrong.add(outcome.broken());
        }
        if (request.proper() && outcome.answers().isEmpty() && !outcome.hung()) {
            wrong.add("proper HTTP, and the connection ended without an answer");
        }
        if (INSIDE.matcher(outcome.raw()).find()) {
            wrong.add("the answer shows the inside");
        }
        if (secrets.stream().anyMatch(outcome.raw()::contains)) {
            wrong.add("the answer shows a secret");
        }
        for (Response answer : outcome.answers()) {
            judge(request, answer, wrong);
        }
        return wrong;
    }

    private static void judge(HostileRequest request, Response answer, List<String> wrong) {
        if (answer.header("x-injected").isPresent()) {
            wrong.add("a header was injected");
        }
        if (answer.status() < 400) {
            return;
        }
        if (answer.status() >= 500 && answer.status() != 503 && answer.status() != 504) {
            wrong.add("status " + answer.status());
        }
        if (mustSayWhen(answer.status()) && answer.header("retry-after").isEmpty()) {
            wrong.add(answer.status() + " without Retry-After");
        }
        String type = answer.header("content-type").orElse("");
        if (type.startsWith(PROBLEM)) {
            problem(answer, wrong);
        } else if (OTLP.matcher(request.firstLine()).find()
                || MCP.matcher(request.firstLine()).find()) {
            // OpenTelemetry and JSON-RPC have forms of their own for errors.
            if (answer.body().length == 0) {
                wrong.add(answer.status() + " without a body");
            }
        } else {
            wrong.add("%d as '%s', not as a problem".formatted(answer.status(), type));
        }
    }

    private static boolean mustSayWhen(int status) {
        return status == 429 || status == 503 || status == 504;
    }

    private static void problem(Response answer, List<String> wrong) {
        try {
            JsonNode problem = JsonMapper.shared().readTree(answer.body());
            if (problem.path("status").asInt(0) != answer.status()) {
                wrong.add("a problem whose status is not %d".formatted(answer.status()));
            }
            for (String field : FIELDS) {
                if (problem.path(field).asString("").isEmpty()) {
                    wrong.add("a problem without " + field);
                }
            }
            if (!problem.path("errors").isArray()) {
                wrong.add("a problem without errors");
            }
        } catch (JacksonException e) {
            wrong.add("a problem that is no JSON");
        }
    }
}
