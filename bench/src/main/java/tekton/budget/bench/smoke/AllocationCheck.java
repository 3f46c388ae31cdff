package tekton.budget.bench.smoke;

import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerApi;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** The integration guide's example, word for word: an allocation, and usage that draws it down. */
final class AllocationCheck {

    private static final String ALLOCATION =
            """
            {
                "context_id": "my-context-123",
                "component": "my-component",
                "tokens_allocated": 1000,
                "tier": "REMOTE_HEAVYWEIGHT",
                "provider": "anthropic",
                "model": "claude-3-opus-20240229"
            }
            """;

    private final LedgerApi ledger;
    private final Checks checks;

    AllocationCheck(LedgerApi ledger, Checks checks) {
        this.ledger = ledger;
        this.checks = checks;
    }

    /** The example, then the end of its allocation. */
    void run(String prefix) throws IOException, InterruptedException {
        String id = allocate(prefix);
        String position = use(prefix, id);
        drawn(prefix, id, position);
        released(prefix, id);
    }

    private String allocate(String prefix) throws IOException {
        LedgerAnswer answer = post(prefix + "/allocations", ALLOCATION);
        checks.equal("status of the guide's allocation, " + prefix, 201, answer.status());
        if (answer.status() != 201) {
            throw new IOException(answer.toString());
        }
        String id = answer.text("allocation_id");
        checks.equal("its budget", "default", id.substring(0, Math.max(0, id.indexOf('.'))));
        checks.equal("its tier", "remote_heavyweight", answer.text("tier"));
        checks.equal("its estimated_cost", new BigDecimal("0.06"), answer.number("estimated_cost"));
        numbers(answer, "remaining_tokens", 1_000, "tokens_used", 0, "priority", 5);
        checks.equal("its task_type", "default", answer.text("task_type"));
        checks.equal("its is_active", true, answer.body().path("is_active").asBoolean(false));
        checks.equal(
                "its life",
                Duration.ofHours(24),
                Duration.between(
                        Instant.parse(answer.text("creation_time")),
                        Instant.parse(answer.text("expiration_time"))));
        return id;
    }

    private String use(String prefix, String id) throws IOException {
        String body =
                """
                {
                    "context_id": "my-context-123",
                    "allocation_id": "%s",
                    "component": "my-component",
                    "provider": "anthropic",
                    "model": "claude-3-opus-20240229",
                    "input_tokens": 100,
                    "output_tokens": 250
                }
                """
                        .formatted(id);
        LedgerAnswer answer = post(prefix + "/usage/record", body);
        checks.equal("status of the guide's usage", 201, answer.status());
        checks.equal("its input_cost", new BigDecimal("0.0015"), answer.number("input_cost"));
        checks.equal("its output_cost", new BigDecimal("0.01875"), answer.number("output_cost"));
        checks.equal("its total_cost", new BigDecimal("0.02025"), answer.number("total_cost"));
        checks.equal("its allocation_id", id, answer.text("allocation_id"));
        return answer.position();
    }

    private void drawn(String prefix, String id, String position)
            throws IOException, InterruptedException {
        LedgerAnswer answer = ledger.read(prefix + "/allocations/" + id, position);
        checks.equal("status of the allocation after " + position, 200, answer.status());
        numbers(answer, "tokens_used", 350, "remaining_tokens", 650, "tokens_allocated", 1_000);
        numbers(answer, "input_tokens_used", 100, "output_tokens_used", 250, "priority", 5);
        checks.equal(
                "its usage_percentage", new BigDecimal("0.35"), answer.number("usage_percentage"));
        checks.equal("its actual_cost", new BigDecimal("0.02025"), answer.number("actual_cost"));
    }

    private void released(String prefix, String id) throws IOException, InterruptedException {
        LedgerAnswer answer = ledger.release(id);
        checks.equal("status of its release", 200, answer.status());
        numbers(answer, "tokens_released", 650);
        LedgerAnswer again = ledger.release(id);
        checks.equal("status of its second release", 200, again.status());
        numbers(again, "tokens_released", 0);
        LedgerAnswer ended = ledger.read(prefix + "/allocations/" + id, again.position());
        checks.equal("its is_active then", false, ended.body().path("is_active").asBoolean(true));
        numbers(ended, "tokens_used", 350);
    }

    private LedgerAnswer post(String path, String body) throws IOException {
        return ledger.post(path, "", body.getBytes(StandardCharsets.UTF_8));
    }

    private void numbers(LedgerAnswer answer, Object... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = (String) namesAndValues[i];
            checks.equal(
                    "its " + name,
                    ((Integer) namesAndValues[i + 1]).longValue(),
                    answer.body().path(name).asLong(-1));
        }
    }
}
