package tekton.budget.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

class ValuesTest {

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "0.00000025,0.00000025",
        "2.5E-7,0.00000025",
        "1,1",
        "12.340,12.34",
        "0.000000000001,0.000000000001",
        "9223372036854775807.999999999999,9223372036854775807.999999999999",
    })
    void shouldShowMoneyExactly(String text, String shown) {
        assertThat(Money.parse(text)).hasToString(shown);
    }

    @Test
    void shouldRefuseMoneyThatIsNotExact() {
        assertThatThrownBy(() -> Money.parse("0.0000000000001"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Money.parse("-1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Money.parse("9223372036854775808"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Money(Long.MAX_VALUE, 1).plus(new Money(1, 0)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void shouldAddMoneyAsDecimalsDo() {
        Random random = new Random(3);
        Money sum = Money.ZERO;
        BigDecimal expected = BigDecimal.ZERO;
        for (int i = 0; i < 10_000; i++) {
            Money more = Money.ofPico(random.nextLong(0, Long.MAX_VALUE));
            sum = sum.plus(more);
            expected = expected.add(more.toBigDecimal());
        }

        assertThat(sum.toBigDecimal()).isEqualByComparingTo(expected);
        assertThat(new BigDecimal(sum.toString())).isEqualByComparingTo(expected);
    }

    @Test
    void shouldAddTotalsInAnyOrder() {
        Totals a = new Totals(TokenCounts.of(1, 2), 3, Money.ofPico(4), 1, 50, 50);
        Totals b = new Totals(TokenCounts.of(10, 20), 0, Money.ofPico(40), 2, 40, 60);

        assertThat(a.plus(b)).isEqualTo(b.plus(a));
        assertThat(a.plus(b))
                .isEqualTo(new Totals(TokenCounts.of(11, 22), 3, Money.ofPico(44), 3, 40, 60));
        assertThat(a.plus(Totals.ZERO)).isEqualTo(a);
    }

    @Test
    void shouldRefuseAPartLargerThanItsWhole() {
        assertThatThrownBy(() -> new TokenCounts(10, 0, 6, 5, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenCounts(0, 1, 0, 0, 2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenCounts(-1, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "openai,gpt-4o-mini,REMOTE_HEAVYWEIGHT",
        "anthropic,claude-3-haiku-20240307,LOCAL_MIDWEIGHT",
        "anthropic,Claude-3-Opus-20240229,REMOTE_HEAVYWEIGHT",
        "ollama,whatever,LOCAL_MIDWEIGHT",
        "local,whatever,LOCAL_LIGHTWEIGHT",
        "ollama,deepseek-coder:6.7b,LOCAL_LIGHTWEIGHT",
        "unknown,unknown,REMOTE_HEAVYWEIGHT",
    })
    void shouldInferTheTier(String provider, String model, Tier tier) {
        assertThat(Tier.infer(provider, model)).isEqualTo(tier);
    }

    @Test
    void shouldKnowAModelsTierWithoutItsProviderOnlyFromTheTable() {
        assertThat(Tier.ofModel("Claude-3-Haiku-20240307")).contains(Tier.LOCAL_MIDWEIGHT);
        assertThat(Tier.ofModel("gpt-4o-mini")).contains(Tier.REMOTE_HEAVYWEIGHT);
        assertThat(Tier.ofModel("llama3")).isEmpty();
        assertThat(Tier.ofModel("")).isEmpty();
    }

    @Test
    void shouldReadPositionHeaders() {
        assertThat(Positions.parse("usage-3:1042, usage-1:7,usage-3:9"))
                .hasValueSatisfying(
                        p -> {
                            assertThat(p.offsets())
                                    .isEqualTo(new TreeMap<>(Map.of(1, 7L, 3, 1042L)));
                            assertThat(p).hasToString("usage-1:7,usage-3:1042");
                        });
        assertThat(Positions.parse("usage-3")).isEmpty();
        assertThat(Positions.parse("")).isEmpty();
        assertThat(Positions.parse("other-3:1")).isEmpty();
        assertThat(Positions.parse("usage-3:-1")).isEmpty();
    }

    @Test
    void shouldLayOutUuidV7AsTheRfcSays() {
        var id = RecordIds.uuidV7(0x0123_4567_89ABL, new Random(1));

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(0x0123_4567_89ABL);
    }

    @Test
    void shouldCutHoursTowardsThePast() {
        assertThat(EpochMinute.hourOf(0).value()).isZero();
        assertThat(EpochMinute.hourOf(3_599_999).value()).isZero();
        assertThat(EpochMinute.hourOf(3_600_000).value()).isEqualTo(60);
        assertThat(EpochMinute.hourOf(-1).value()).isEqualTo(-60);
        assertThat(new EpochMinute(60).startMs()).isEqualTo(3_600_000);
    }
}
