package tekton.budget.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.value.ServiceTier;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import java.util.HexFormat;
import java.util.stream.Stream;

/** The expected bytes were computed with another language's SHA-256 from the documented layout. */
class FingerprintTest {

    private static final UsageReported PLAIN =
            new UsageReported(
                    "rec-1",
                    "ctx/é",
                    "chat",
                    "anthropic",
                    "claude-3-opus-20240229",
                    null,
                    null,
                    null,
                    null,
                    TokenCounts.of(100, 250),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);

    private static final UsageReported FULL =
            new UsageReported(
                    "rec-1",
                    "ctx/é",
                    "chat",
                    "anthropic",
                    "claude-3-opus-20240229",
                    "coding",
                    Tier.LOCAL_MIDWEIGHT,
                    "team-a",
                    "team-a.01",
                    new TokenCounts(100, 250, 40, 10, 200),
                    1_764_000_000_123L,
                    5L,
                    "op",
                    "req",
                    "user",
                    "{\"a\":1}",
                    "some version");

    private static final TokenDetails DETAILS = new TokenDetails(7, 20, 30, 5, 10);

    private final Fingerprint fingerprint = new Fingerprint();

    @Test
    void shouldKeepItsKeyLayout() {
        assertThat(HexFormat.of().formatHex(fingerprint.key("rec-1", "ctx/é")))
                .isEqualTo("a7c73f631276b8ba8eeacf43b4577dee378af2dd");
    }

    @Test
    void shouldKeepItsContentLayout() {
        assertThat(HexFormat.of().toHexDigits(fingerprint.of(PLAIN))).isEqualTo("0567b5695d11d93c");
        assertThat(HexFormat.of().toHexDigits(fingerprint.of(FULL))).isEqualTo("92f54b2ca52b46cc");
    }

    @Test
    void shouldKeepTheLayoutOfDetailsAndServiceTier() {
        assertThat(HexFormat.of().toHexDigits(fingerprint.of(detailed(DETAILS, ServiceTier.BATCH))))
                .isEqualTo("6e947032148ca195");
    }

    @Test
    void shouldTellEveryDetailApart() {
        assertThat(
                        Stream.of(
                                        detailed(TokenDetails.NONE, ServiceTier.STANDARD),
                                        detailed(TokenDetails.NONE, ServiceTier.FLEX),
                                        detailed(TokenDetails.NONE, ServiceTier.PRIORITY),
                                        detailed(
                                                new TokenDetails(1, 0, 0, 0, 0),
                                                ServiceTier.STANDARD),
                                        detailed(
                                                new TokenDetails(0, 1, 0, 0, 0),
                                                ServiceTier.STANDARD),
                                        detailed(
                                                new TokenDetails(0, 0, 1, 0, 0),
                                                ServiceTier.STANDARD),
                                        detailed(
                                                new TokenDetails(0, 0, 0, 1, 0),
                                                ServiceTier.STANDARD),
                                        detailed(
                                                new TokenDetails(0, 0, 0, 0, 1),
                                                ServiceTier.STANDARD))
                                .map(fingerprint::of))
                .doesNotHaveDuplicates()
                .startsWith(fingerprint.of(FULL));
    }

    private static UsageReported detailed(TokenDetails details, ServiceTier serviceTier) {
        return new UsageReported(
                FULL.recordId(),
                FULL.contextId(),
                FULL.component(),
                FULL.provider(),
                FULL.model(),
                FULL.sentTaskType(),
                FULL.sentTier(),
                FULL.sentBudgetId(),
                FULL.allocationId(),
                FULL.tokens(),
                details,
                serviceTier,
                FULL.sentTimestampMs(),
                FULL.receivedAtMs(),
                FULL.operationId(),
                FULL.requestId(),
                FULL.userId(),
                FULL.metadata(),
                FULL.pricingVersion());
    }

    @Test
    void shouldNotSeeWhatTheEdgeFillsIn() {
        assertThat(fingerprint.of(PLAIN.stamped(77, "a price"))).isEqualTo(fingerprint.of(PLAIN));
    }
}
