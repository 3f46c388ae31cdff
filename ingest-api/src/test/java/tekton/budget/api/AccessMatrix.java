package tekton.budget.api;

import tekton.budget.api.route.AccessScope;
import tekton.budget.api.route.BudgetPlace;
import tekton.budget.api.route.Endpoint;
import tekton.budget.api.route.Endpoints;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What the table of routes promises each caller, worked out without the rules of access: by the
 * rows alone, and by what docs/security.md says of requests that are none.
 */
final class AccessMatrix {

    /** The budget of the keys that are bound to one. */
    static final String OWN = "team";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private static final String ATTRIBUTES =
            "\"attributes\":[{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"chat\"}},"
                + "{\"key\":\"gen_ai.provider.name\",\"value\":{\"stringValue\":\"openai\"}},"
                + "{\"key\":\"gen_ai.response.model\",\"value\":{\"stringValue\":\"gpt-4o\"}},"
                + "{\"key\":\"gen_ai.usage.input_tokens\",\"value\":{\"intValue\":\"1\"}},"
                + "{\"key\":\"gen_ai.usage.output_tokens\",\"value\":{\"intValue\":\"1\"}}]";

    private static final String TRACES =
            "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"5b8efff798038103d269b633813fc60d\",\"spanId\":\"eee19b7ec3c1b175\",\"name\":\"chat"
                + " gpt-4o\",\"kind\":3,"
                    + ATTRIBUTES
                    + "}]}]}]}";

    private static final String LOGS =
            "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"eventName\":\"gen_ai.client.inference.operation.details\","
                    + ATTRIBUTES
                    + "}]}]}]}";

    private AccessMatrix() {}

    /**
     * A key.
     *
     * @param secret what is sent; null for none at all
     * @param bound whether it is for {@link #OWN} alone
     */
    record MatrixKey(String name, String secret, Set<AccessScope> scopes, boolean bound) {
        boolean isKnown() {
            return !scopes.isEmpty();
        }
    }

    /** What a request must be answered. */
    enum Verdict {
        /** 401. */
        STRANGER,
        /** 403. */
        FORBIDDEN,
        /** Anything but 401 and 403. */
        MAY
    }

    /**
     * How a path may be written otherwise.
     *
     * @param usual whether the container gets the very same path out of it
     */
    record Spelling(String name, boolean usual, UnaryOperator<String> write) {}

    static final List<Spelling> SPELLINGS =
            List.of(
                    new Spelling("absolute", true, path -> "http://localhost" + path),
                    new Spelling("slash behind", false, path -> path + '/'),
                    new Spelling("two slashes", false, path -> atLastSlash(path, "//")),
                    new Spelling("two slashes before", false, path -> '/' + path),
                    new Spelling("dot", false, path -> atLastSlash(path, "/./")),
                    new Spelling("dots", false, path -> "/health/.." + path),
                    new Spelling("encoded dots", false, path -> "/health/%2e%2E" + path),
                    new Spelling("encoded slash", false, path -> atLastSlash(path, "%2F")),
                    new Spelling("encoded letter", false, AccessMatrix::encodeFirst),
                    new Spelling("encoded twice", false, p -> encodeFirst(p).replace("%", "%25")),
                    new Spelling("session", false, path -> path + ";jsessionid=1"),
                    new Spelling(
                            "parameter", false, path -> path.replaceFirst("^(/[^/]*)", "$1;a=b")),
                    new Spelling("upper case", false, AccessMatrix::upper),
                    new Spelling("backslash", false, path -> atLastSlash(path, "%5C")),
                    new Spelling("null byte", false, path -> path + "%00"));

    static List<Endpoint> rows() {
        return Stream.concat(Endpoints.ALL.stream(), Endpoints.SHUTDOWN.stream()).toList();
    }

    /** A path of a row; no route has a resource of that name. */
    static String path(Endpoint row, String budget) {
        return row.path()
                .text()
                .replace("{dimension}", "budgets")
                .replaceAll(
                        "\\{\\w+}",
                        row.budget() == BudgetPlace.PATH_OF_CHILD ? budget + ".none" : budget);
    }

    /** The spellings of a row's path that are not the row itself, and the usual one. */
    static List<Spelling> spellings(Endpoint row) {
        // A file's name may have slashes in it.
        return SPELLINGS.stream()
                .filter(
                        each ->
                                !row.path().text().contains("{file}")
                                        || !each.name().startsWith("slash"))
                .toList();
    }

    /** What stands for a row's variable. */
    static List<String> budgets(Endpoint row) {
        return switch (row.budget()) {
            case PATH, PATH_OF_CHILD, PATH_OF_TOTALS ->
                    List.of(OWN, "other", "team2", "tea", "TEAM");
            default -> List.of(OWN);
        };
    }

    /** A body that names a budget, for each row whose body does. */
    static Optional<String> body(Endpoint row, String budget) {
        String path = row.path().text().replaceFirst("^/api", "");
        String record =
                "{\"record_id\":\"r\",\"context_id\":\"c\",\"component\":\"k\",\"provider\":\"ollama\",\"model\":\"llama3\",\"input_tokens\":1,\"output_tokens\":1,\"budget_id\":\"%s\"}"
                        .formatted(budget);
        if (path.equals("/usage/record")) {
            return Optional.of(record);
        }
        if (path.equals("/usage/litellm")) {
            return Optional.of(
                    "{\"id\":\"l1\",\"call_type\":\"completion\",\"model\":\"gpt-4o\","
                            + "\"custom_llm_provider\":\"openai\",\"prompt_tokens\":1,"
                            + "\"completion_tokens\":1,\"total_tokens\":2}");
        }
        if (path.equals("/usage/batch")) {
            return Optional.of('[' + record + ']');
        }
        if (path.startsWith("/usage/")) {
            return Optional.of(
                    "{\"budget_id\":\"%s\",\"context_id\":\"c\",\"component\":\"k\",\"response\":"
                                    .formatted(budget)
                            + "{\"id\":\"a1\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[],"
                            + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}}");
        }
        return Optional.ofNullable(
                switch (path) {
                    case "/traces", "/v1/traces" -> TRACES;
                    case "/logs", "/v1/logs" -> LOGS;
                    case "/events" ->
                            "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"s\",\"type\":\"prompt\",\"subject\":\"c\","
                                + "\"data\":{\"tokens\":\"3\",\"model\":\"gpt-4o\",\"provider\":\"openai\",\"type\":\"output\"}}";
                    case "/allocations", "/check" ->
                            "{\"budget_id\":\"%s\",\"context_id\":\"c\",\"component\":\"k\"}"
                                    .formatted(budget);
                    case "/policies" ->
                            "{\"budget_id\":\"%s\",\"type\":\"warn\",\"period\":\"daily\",\"token_limit\":1}"
                                    .formatted(budget);
                    case "/mcp" ->
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"record_usage\",\"arguments\":%s}}"
                                    .formatted(record);
                    default -> null;
                });
    }

    /** With both prefixes. */
    static List<String> prefixed(String path) {
        return path.equals("/api") || path.startsWith("/api/")
                ? List.of(path, path.replaceFirst("/api", "/api/v1"))
                : List.of(path);
    }

    /** Of a path that is written as its row has it; its id, if it has one, is a budget's name. */
    static Verdict expected(String method, Endpoint asked, MatrixKey key, String named) {
        List<Endpoint> there =
                rows().stream()
                        .filter(row -> row.path().text().equals(asked.path().text()))
                        .toList();
        Optional<Endpoint> row =
                there.stream()
                        .filter(
                                each ->
                                        each.method()
                                                .equals(READING.contains(method) ? "GET" : method))
                        .findFirst();
        boolean everyKey =
                there.stream().allMatch(each -> each.scope().equals(Optional.of(AccessScope.ANY)));
        if (row.isPresent() && row.get().scope().isEmpty()) {
            return Verdict.MAY;
        }
        if (!key.isKnown()) {
            return Verdict.STRANGER;
        }
        AccessScope needed =
                row.flatMap(Endpoint::scope)
                        .orElse(
                                everyKey
                                        ? AccessScope.ANY
                                        : READING.contains(method)
                                                ? AccessScope.READ
                                                : AccessScope.ADMIN);
        if (needed != AccessScope.ANY && !key.scopes().contains(needed)) {
            return Verdict.FORBIDDEN;
        }
        if (!key.bound() || everyKey) {
            return Verdict.MAY;
        }
        // A method that nobody serves is no door as long as the budget is the own one.
        boolean own =
                (row.isPresent() && !method.equals("OPTIONS") ? List.of(row.get()) : there)
                        .stream().allMatch(each -> isAbout(method, each, named, row.isPresent()));
        return own ? Verdict.MAY : Verdict.FORBIDDEN;
    }

    private static boolean isAbout(String method, Endpoint row, String named, boolean served) {
        return switch (row.budget()) {
            case NOT_NEEDED, BODY -> served && !method.equals("OPTIONS");
            case PATH, PATH_OF_CHILD, PATH_OF_TOTALS -> named.equals(OWN);
            case NOWHERE, QUERY -> false;
        };
    }

    /**
     * Of a path that is written otherwise: nobody may who may not ask for the row that it amounts
     * to, and it is no row itself.
     */
    static Verdict expectedOfUnusual(Endpoint asked, MatrixKey key) {
        if (!key.isKnown()) {
            return Verdict.STRANGER;
        }
        AccessScope fallback =
                READING.contains(asked.method()) ? AccessScope.READ : AccessScope.ADMIN;
        boolean may = key.scopes().contains(fallback) && !key.bound();
        return may ? Verdict.MAY : Verdict.FORBIDDEN;
    }

    /** Whether a key may ask for the row itself. */
    static boolean hasScopeOf(Endpoint row, MatrixKey key) {
        return row.scope().isEmpty()
                || row.scope().get() == AccessScope.ANY
                || key.scopes().contains(row.scope().get());
    }

    /** What is wrong with an answer; nothing if nothing is. */
    static List<String> fault(String asked, MatrixKey key, Verdict expected, int status) {
        boolean right =
                switch (expected) {
                    case STRANGER -> status == 401;
                    case FORBIDDEN -> status == 403;
                    case MAY -> status != 401 && status != 403 && status != 500;
                };
        List<String> faults = new ArrayList<>();
        if (!right) {
            faults.add(asked + " with " + key.name() + ": " + status + ", not " + expected);
        }
        return faults;
    }

    private static String atLastSlash(String path, String instead) {
        int slash = path.lastIndexOf('/');
        return path.substring(0, slash) + instead + path.substring(slash + 1);
    }

    private static String encodeFirst(String path) {
        int at = path.lastIndexOf('/') + 1;
        return at == path.length()
                ? path + "%2e"
                : path.substring(0, at)
                        + "%%%02x".formatted((int) path.charAt(at))
                        + path.substring(at + 1);
    }

    private static String upper(String path) {
        String upper = path.toUpperCase(Locale.ROOT);
        return upper.equals(path) ? path + "/X" : upper;
    }
}
