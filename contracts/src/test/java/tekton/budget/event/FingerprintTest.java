package tekton.budget.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;

import java.util.HexFormat;

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
    void shouldNotSeeWhatTheEdgeFillsIn() {
        assertThat(fingerprint.of(PLAIN.stamped(77, "a price"))).isEqualTo(fingerprint.of(PLAIN));
    }
}
