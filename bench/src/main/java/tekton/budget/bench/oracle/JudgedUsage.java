package tekton.budget.bench.oracle;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Locale;

/**
 * A record of the usage topic as the oracle understands it. It knows the design, not the code: it
 * reads what the kill test and other well-meaning producers write, not every form that the product
 * accepts.
 *
 * @param entry where it stands
 * @param contextId whose context
 * @param recordId unique within the context
 * @param content what makes two records of one id the same
 * @param atMs event time, epoch milliseconds
 * @param pricingVersion what the edge stamped, or empty
 */
record JudgedUsage(
        LogEntry entry,
        String contextId,
        String recordId,
        Content content,
        long atMs,
        String pricingVersion) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long TOKENS_MAX = 1_000_000_000L;
    private static final Duration TOLERANCE = Duration.ofMinutes(10);
    private static final long AGE_MAX_MS = Duration.ofDays(35).plus(TOLERANCE).toMillis();
    private static final long AHEAD_MAX_MS = Duration.ofMinutes(5).plus(TOLERANCE).toMillis();

    /** What the client said, ids apart. Absent texts are empty; times are null. */
    record Content(
            String component,
            String provider,
            String model,
            String taskType,
            String tier,
            String budgetId,
            String allocationId,
            String operationId,
            String requestId,
            String userId,
            long input,
            long output,
            long cachedInput,
            long cacheWrite,
            long reasoning,
            @Nullable Long sentAtMs) {

        /** Which budget pays. */
        String payingBudget() {
            if (!budgetId.isEmpty()) {
                return budgetId;
            }
            return allocationId.isEmpty()
                    ? "default"
                    : allocationId.substring(0, allocationId.indexOf('.'));
        }
    }

    /** A record that does not count. */
    static final class RejectedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        RejectedException(String reason) {
            super(reason);
            this.reason = reason;
        }

        /** As in the dead letters' header: unreadable, invalid or timestamp. */
        String reason() {
            return reason;
        }
    }

    static JudgedUsage of(LogEntry entry) throws RejectedException {
        JsonNode json;
        try {
            json = JSON.readTree(entry.value());
        } catch (JacksonException e) {
            throw new RejectedException("unreadable");
        }
        if (!json.isObject()) {
            throw new RejectedException("invalid");
        }
        String context = required(json, "context_id");
        String id = required(json, "record_id");
        Content content = content(json);
        Long received = time(json, "received_at");
        Long sent = content.sentAtMs();
        long at = sent != null ? sent : received != null ? received : entry.appendTimeMs();
        if (at < entry.appendTimeMs() - AGE_MAX_MS || at > entry.appendTimeMs() + AHEAD_MAX_MS) {
            throw new RejectedException("timestamp");
        }
        return new JudgedUsage(entry, context, id, content, at, text(json, "pricing_version"));
    }

    private static Content content(JsonNode json) throws RejectedException {
        long cached = tokens(json, "cached_input_tokens", false);
        long cacheWrite = tokens(json, "cache_write_tokens", false);
        long reasoning = tokens(json, "reasoning_tokens", false);
        long input = tokens(json, "input_tokens", true);
        long output = tokens(json, "output_tokens", true);
        if (text(json, "token_style").toLowerCase(Locale.ROOT).equals("exclusive")) {
            input += cached + cacheWrite;
        }
        if (input > TOKENS_MAX || cached + cacheWrite > input || reasoning > output) {
            throw new RejectedException("invalid");
        }
        String taskType = text(json, "task_type");
        return new Content(
                required(json, "component"),
                required(json, "provider"),
                required(json, "model"),
                taskType.isEmpty() ? "default" : taskType,
                text(json, "tier").toLowerCase(Locale.ROOT),
                text(json, "budget_id"),
                text(json, "allocation_id"),
                text(json, "operation_id"),
                text(json, "request_id"),
                text(json, "user_id"),
                input,
                output,
                cached,
                cacheWrite,
                reasoning,
                time(json, "timestamp"));
    }

    private static String required(JsonNode json, String name) throws RejectedException {
        String text = text(json, name);
        if (text.isEmpty()) {
            throw new RejectedException("invalid");
        }
        return text;
    }

    private static String text(JsonNode json, String name) throws RejectedException {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isString()) {
            throw new RejectedException("invalid");
        }
        return value.asString();
    }

    private static long tokens(JsonNode json, String name, boolean required)
            throws RejectedException {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            if (required) {
                throw new RejectedException("invalid");
            }
            return 0;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.asLong() < 0
                || value.asLong() > TOKENS_MAX) {
            throw new RejectedException("invalid");
        }
        return value.asLong();
    }

    private static @Nullable Long time(JsonNode json, String name) throws RejectedException {
        String text = text(json, name);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
            throw new RejectedException("invalid");
        }
    }
}
