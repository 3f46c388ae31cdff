package tekton.budget.cli.call;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the API answered. Names of headers are in lower case. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ApiAnswer(int status, Map<String, String> headers, byte[] body) {

    /** The answer when it is 2xx, else the failure that it tells. */
    public ApiAnswer orFail() {
        if (status / 100 != 2) {
            throw failure();
        }
        return this;
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body; {@link JsonTree#NULL} when there is none. */
    public JsonTree json() {
        if (body.length == 0) {
            return JsonTree.NULL;
        }
        try {
            return JsonTree.parse(body);
        } catch (JacksonException notJson) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    "the answer is not JSON: " + start(text()) + " (expected: JSON of Budget)",
                    notJson,
                    List.of("is that Budget, and not another service or a proxy? (--url)"));
        }
    }

    /** A header, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** The failure that this answer tells, with its reasons in words. */
    public CliFailure failure() {
        JsonTree problem;
        try {
            problem = JsonTree.parse(body);
        } catch (JacksonException notJson) {
            problem = JsonTree.NULL;
        }
        String detail = problem.at("detail").text();
        if (detail.isEmpty()) {
            detail = "status " + status + " " + start(text());
        }
        List<String> hints = new ArrayList<>();
        for (JsonTree blocking : problem.at("blocking").items()) {
            hints.add(
                    "in the way: "
                            + blocking.at("policy_id").text()
                            + ": "
                            + blocking.at("message").text()
                            + until(blocking.at("window_end").text()));
        }
        hints.addAll(advice(problem.at("code").text()));
        return new CliFailure(ExitCode.ofStatus(status), detail, null, hints);
    }

    private static String until(String end) {
        return end.isEmpty() ? "" : " until " + end;
    }

    private List<String> advice(String code) {
        return switch (code) {
            case "insufficient_budget" ->
                    List.of(
                            "ask for less, release what is held (budget allocate list"
                                + " --active-only), or raise the limit (budget limits set --help)");
            case "price_unknown" -> List.of("give the model a price: budget prices set --help");
            case "authentication_error" ->
                    List.of("name a file that holds a key: --key-file FILE or BUDGET_API_KEY_FILE");
            case "authorization_error" ->
                    List.of("this needs a key with that scope: tools/new-api-key.sh NAME SCOPES");
            case "not_decided", "not_answered" ->
                    List.of("it may still be done: look before you repeat it");
            case "path_not_found" -> List.of("this Budget is older than the command line");
            default -> {
                String after = header("retry-after");
                yield after == null ? List.of() : List.of("try again in " + after + " s");
            }
        };
    }

    private static String start(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= 120 ? line : line.substring(0, 120) + "…";
    }
}
