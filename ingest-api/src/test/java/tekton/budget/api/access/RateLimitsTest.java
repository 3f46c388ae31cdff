package tekton.budget.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class RateLimitsTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** A clock may begin anywhere, and run over. */
    private static final long BEGIN = Long.MAX_VALUE - 3 * SECOND;

    private final RateLimits limits = new RateLimits(60, BEGIN);

    @Test
    void shouldGiveAMinutesWorthAtOnceAndThenOneASecond() {
        for (int i = 0; i < 60; i++) {
            assertThat(limits.take("a", BEGIN)).isZero();
        }
        assertThat(limits.take("a", BEGIN)).isEqualTo(Duration.ofSeconds(1));
        // What is refused is not counted.
        assertThat(limits.take("a", BEGIN + SECOND / 4)).isEqualTo(Duration.ofMillis(750));
        assertThat(limits.take("a", BEGIN + SECOND)).isZero();
        assertThat(limits.take("a", BEGIN + SECOND)).isEqualTo(Duration.ofSeconds(1));
        // Nobody saves up more than a minute's worth.
        long later = BEGIN + 600 * SECOND;
        for (int i = 0; i < 60; i++) {
            assertThat(limits.take("a", later)).isZero();
        }
        assertThat(limits.take("a", later)).isPositive();
    }

    @Test
    void shouldCountEachCallerByItself() {
        for (int i = 0; i < 60; i++) {
            limits.take("a", BEGIN);
        }
        assertThat(limits.take("a", BEGIN)).isPositive();
        assertThat(limits.take("b", BEGIN)).isZero();
    }

    @Test
    void shouldLimitNobodyWithoutALimit() {
        RateLimits none = new RateLimits(0, BEGIN);
        for (int i = 0; i < 1_000; i++) {
            assertThat(none.take("a", BEGIN)).isZero();
        }
        assertThat(none.isOn()).isFalse();
        assertThat(none.callers()).isZero();
    }

    @Test
    void shouldHoldNoMoreCallersThanItMayAndForgetThoseThatAskedLongAgo() {
        for (int i = 0; i < RateLimits.CALLERS_MAX; i++) {
            limits.take("caller-" + i, BEGIN);
        }
        // Those beyond the bound have one rate together.
        for (int i = 0; i < 60; i++) {
            assertThat(limits.take("stranger-" + i, BEGIN)).isZero();
        }
        assertThat(limits.take("one more", BEGIN)).isPositive();
        assertThat(limits.take("caller-1", BEGIN)).isZero();
        assertThat(limits.callers()).isEqualTo(RateLimits.CALLERS_MAX);

        long later = BEGIN + 120 * SECOND;
        assertThat(limits.take("one more", later)).isZero();
        assertThat(limits.callers()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,address 127.0.0.1",
        "2001:db8:1:2:3:4:5:6,address 2001:db8:1:2::/64",
        "2001:db8:1:2::1,address 2001:db8:1:2::/64",
        "2001:db8:0:0:0:0:0:1,address 2001:db8:0:0::/64",
        "2001:db8::1,address 2001:db8:0:0::/64",
        "::1,address 0:0:0:0::/64",
        "0:0:0:0:0:0:0:1,address 0:0:0:0::/64",
        "1::2:3:4:5:6:7,address 1:0:2:3::/64",
        "fe80:0:0:0:1:2:3:4%eth0,address fe80:0:0:0::/64"
    })
    void shouldTakeANetworkForOneCaller(String address, String caller) {
        assertThat(CallerAddress.idOf(address)).isEqualTo(caller);
    }
}
