package tekton.budget.bench.crash;

import tekton.budget.bench.oracle.TopicReader;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Whether everything that is to be alerted of was said, and once. Knows the topics' JSON, not the
 * code: first every value of {@code budget.events}, then of {@code budget.status} and {@code
 * budget.decisions}, each in the order of its partition.
 */
final class AlertCheck {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final List<String> LEVELS = List.of("normal", "warning", "action", "exceeded");

    /** Refusals that have to do with limits; others are the caller's mistake and no news. */
    private static final List<String> OF_LIMITS = List.of("insufficient_budget", "price_unknown");

    /**
     * Of sessions so many events of a type and budget are said in an hour, and budgets that nobody
     * has defined share it: so from here on, over all budgets, a session's crossing may be unsaid.
     */
    private static final int SESSIONS_MAX = 100;

    /** An event's id by what it says. */
    private final Map<String, String> said = new LinkedHashMap<>();

    /** How high each window has been, as an index of {@link #LEVELS}. */
    private final Map<String, Integer> highest = new HashMap<>();

    /** By type. */
    private final Map<String, Integer> counts = new TreeMap<>();

    /** The same of sessions alone. */
    private final Map<String, Integer> ofSessions = new HashMap<>();

    private final Consumer<String> wrong;

    /**
     * @param wrong takes a sentence for each broken promise
     */
    AlertCheck(Consumer<String> wrong) {
        this.wrong = wrong;
    }

    /**
     * Reads the topics.
     *
     * @return a sentence for each broken promise
     */
    static List<String> differences(String bootstrapServers) throws IOException {
        List<String> wrong = new ArrayList<>();
        AlertCheck check = new AlertCheck(wrong::add);
        TopicReader.read(
                bootstrapServers,
                "budget.events",
                each -> check.event(JSON.readTree(each.value())));
        TopicReader.read(
                bootstrapServers,
                "budget.status",
                each -> check.status(JSON.readTree(each.value())));
        TopicReader.read(
                bootstrapServers,
                "budget.decisions",
                each -> check.decision(JSON.readTree(each.value())));
        System.out.printf("alerts      %s%n", check.counts());
        return wrong;
    }

    /** Takes an event. */
    void event(JsonNode event) {
        String id = event.path("event_id").asString("");
        String earlier = said.putIfAbsent(meaning(event), id);
        if (earlier == null) {
            String type = event.path("type").asString("");
            counts.merge(type, 1, Integer::sum);
            if (event.path("details").has("context_id")) {
                ofSessions.merge(type, 1, Integer::sum);
            }
        } else if (earlier.equals(id)) {
            wrong.accept("an event stands in the topic twice: " + event);
        } else {
            wrong.accept("said twice, as %s and as %s: %s".formatted(earlier, id, event));
        }
    }

    private static String meaning(JsonNode event) {
        JsonNode details = event.path("details");
        String type = event.path("type").asString("");
        String about =
                switch (type) {
                    case "token_limit_approaching",
                            "token_limit_exceeded",
                            "cost_limit_approaching",
                            "cost_limit_exceeded" ->
                            window(details) + ' ' + details.path("level").asString("");
                    case "limit_forecast", "window_reset" -> window(details);
                    case "allocation_refused" ->
                            details.path("code").asString("") + ' ' + window(details);
                    // These may happen any number of times, so when belongs to what they say.
                    case "limit_recovered" -> window(details) + ' ' + event.path("at").asString("");
                    default -> event.path("title").asString("") + ' ' + details;
                };
        return String.join(
                " ",
                type,
                event.path("budget_id").asString("-"),
                event.path("policy_id").asString("-"),
                about);
    }

    /** The limit and its window, and the context of a limit per session, as an event tells them. */
    private static String window(JsonNode details) {
        boolean tokens = details.has("token_limit");
        return window(
                details.path("window_start").asString("-"),
                tokens ? "tokens" : "cost",
                details.path(tokens ? "token_limit" : "cost_limit").asDecimal(BigDecimal.ZERO),
                details.path("context_id").asString("-"));
    }

    private static String window(String start, String measure, BigDecimal limit, String contextId) {
        return String.join(
                " ", start, measure, limit.stripTrailingZeros().toPlainString(), contextId);
    }

    /** Takes a value of the status topic: notices, and crossings of levels. */
    void status(JsonNode status) {
        if (!status.path("kind").asString("").equals("level_crossed")) {
            return;
        }
        JsonNode standing = status.path("standing");
        int level = LEVELS.indexOf(standing.path("level").asString(""));
        String budget = status.path("budget_id").asString("-");
        String policy = standing.path("policy_id").asString("-");
        String context = status.path("context_id").asString("");
        String window = windowOfFact(standing, context.isEmpty() ? "-" : context);
        int before = highest.merge(budget + ' ' + policy + ' ' + window, level, Math::max);
        // Of a level that was reached before nothing is said again.
        if (level <= 0 || level < before) {
            return;
        }
        String type =
                standing.path("measure")
                        .asString("")
                        .replace("tokens", "token")
                        .concat(level == 3 ? "_limit_exceeded" : "_limit_approaching");
        if (!context.isEmpty() && ofSessions.getOrDefault(type, 0) >= SESSIONS_MAX) {
            return;
        }
        require(
                String.join(" ", type, budget, policy, window, LEVELS.get(level)),
                "a crossing",
                status);
    }

    /** Takes a value of the decisions' topic. */
    void decision(JsonNode decision) {
        JsonNode refusal = decision.path("refusal");
        String code = refusal.path("code").asString("");
        JsonNode blocking = refusal.path("blocking").path(0);
        if (!decision.path("kind").asString("").equals("refused")
                || !OF_LIMITS.contains(code)
                || !blocking.path("window_start_ms").isIntegralNumber()) {
            return;
        }
        require(
                String.join(
                        " ",
                        "allocation_refused",
                        decision.path("budget_id").asString("-"),
                        blocking.path("policy_id").asString("-"),
                        code,
                        windowOfFact(blocking, "-")),
                "a refusal",
                decision);
    }

    private static String windowOfFact(JsonNode standing, String contextId) {
        JsonNode start = standing.path("window_start_ms");
        return window(
                start.isIntegralNumber() ? Instant.ofEpochMilli(start.asLong()).toString() : "-",
                standing.path("measure").asString(""),
                standing.path("limit").asDecimal(BigDecimal.ZERO),
                contextId);
    }

    private void require(String meaning, String what, JsonNode fact) {
        if (!said.containsKey(meaning)) {
            wrong.accept("nothing was said of %s: %s".formatted(what, fact));
        }
    }

    /** How many different events there are, by type. */
    Map<String, Integer> counts() {
        return counts;
    }
}
