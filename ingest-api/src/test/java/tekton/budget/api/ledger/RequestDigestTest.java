package tekton.budget.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.codec.JsonFields;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.pricing.PriceBook;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

class RequestDigestTest {

    private static final long NOW = 1_777_629_600_000L;

    private static final String GUIDE =
            """
            {"context_id": "my-context-123", "component": "my-component", "tokens_allocated": 1000,
             "tier": "REMOTE_HEAVYWEIGHT", "provider": "anthropic",
             "model": "claude-3-opus-20240229"}\
            """;

    /** Kept with decisions for days: a change would make conflicts of repeats. */
    @Test
    void shouldBeFrozen() throws Exception {
        assertThat(RequestDigest.of("k", null, new TreeMap<>(Map.of("b", "1", "a", "\"x\""))))
                .isEqualTo(
                        RequestDigest.sha256(
                                "{\"kind\":\"k\",\"subject\":null,\"fields\":{\"a\":\"x\",\"b\":1}}"
                                        .getBytes(StandardCharsets.UTF_8)));
        assertThat(digest(GUIDE))
                .isEqualTo("9b5e72bb5be8a0554ee45338e8c284653c64ce09cceeabfc016dffeeefda63c2");
    }

    @Test
    void shouldSeeWhatWasSentAndNotHow() throws Exception {
        assertThat(
                        digest(
                                """
                                {"component": "my-component", "contextId": "my-context-123",
                                 "model": "claude-3-opus-20240229", "provider": "anthropic",
                                 "tier": "heavyweight", "tokensAllocated": 1000, "user_id": null,
                                 "expected_tokens_used": 7}\
                                """))
                .isEqualTo(digest(GUIDE));
    }

    @Test
    void shouldTellWhatWasSentFromWhatHoldsInstead() throws Exception {
        String withPriority = GUIDE.replace("{", "{\"priority\": 5, ");
        assertThat(digest(withPriority)).isNotEqualTo(digest(GUIDE));
        assertThat(digest(GUIDE.replace("1000", "1001"))).isNotEqualTo(digest(GUIDE));
    }

    @Test
    void shouldNotSeeIdsPricesAndTimesOfThisSide() throws Exception {
        Allocate first = allocate(GUIDE, NOW);
        Allocate later = allocate(GUIDE, NOW + 1);

        assertThat(later.allocationId()).isNotEqualTo(first.allocationId());
        assertThat(later.head().requestId()).isNotEqualTo(first.head().requestId());
        assertThat(later.head().repeat()).isEqualTo(first.head().repeat());
    }

    private static String digest(String body) throws Exception {
        return allocate(body, NOW).head().repeat().fingerprint();
    }

    private static Allocate allocate(String body, long nowMs) throws Exception {
        JsonFields fields = JsonFields.read(body.getBytes(StandardCharsets.UTF_8));
        return AllocationFields.allocate(new Incoming(fields, "key", nowMs, null), PriceBook.EMPTY);
    }
}
