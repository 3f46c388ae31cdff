package tekton.budget.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.adapter.ForeignTokens.Normal;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

/** What includes what, by sums where there is one, else by shape. */
class ForeignTokensTest {

    @Test
    void shouldLeaveWhatTheTotalSaysIsInside() {
        Normal normal =
                new ForeignTokens()
                        .input(1200)
                        .output(90)
                        .total(1290L)
                        .cacheRead(800)
                        .cacheWrite(300)
                        .reasoningOutside(40)
                        .normal();

        assertThat(normal.counts()).isEqualTo(new TokenCounts(1200, 90, 800, 300, 40));
        assertThat(normal.clamped()).isFalse();
    }

    @Test
    void shouldAddReasoningThatTheTotalCountsBesideTheOutput() {
        Normal normal =
                new ForeignTokens().input(1000).output(50).total(1350L).reasoning(300).normal();

        assertThat(normal.counts()).isEqualTo(new TokenCounts(1000, 350, 0, 0, 300));
    }

    @Test
    void shouldAddToolUseAndThoughts() {
        Normal normal =
                new ForeignTokens()
                        .input(500)
                        .toolUse(60)
                        .output(80)
                        .total(685L)
                        .cacheRead(200)
                        .audioInput(60)
                        .reasoning(45)
                        .normal();

        assertThat(normal.counts()).isEqualTo(new TokenCounts(560, 125, 200, 0, 45));
        assertThat(normal.details()).isEqualTo(new TokenDetails(0, 60, 0, 0, 0));
    }

    @Test
    void shouldLetTheShapeDecideAboutReasoningWithoutATotalThatTells() {
        assertThat(new ForeignTokens().output(10).reasoning(4).normal().counts().output())
                .isEqualTo(10);
        assertThat(new ForeignTokens().output(10).reasoningOutside(4).normal().counts().output())
                .isEqualTo(14);
        assertThat(
                        new ForeignTokens()
                                .output(10)
                                .reasoningOutside(4)
                                .total(99L)
                                .normal()
                                .counts()
                                .output())
                .isEqualTo(14);
    }

    @Test
    void shouldAddCachedTokensToAnInputThatLacksThem() {
        TokenCounts whole = new TokenCounts(1000, 40, 900, 88, 0);
        ForeignTokens outside = bedrock().cache(CacheShape.OUTSIDE);

        assertThat(outside.normal().counts()).isEqualTo(whole);
        assertThat(bedrock().total(1040L).normal().counts()).isEqualTo(whole);
        assertThat(bedrock().cache(CacheShape.ALWAYS_INSIDE).normal().counts()).isEqualTo(whole);
    }

    @Test
    void shouldNotAddThemTwice() {
        // A total that counts the cache twice, as one stream of Bedrock does.
        ForeignTokens doubled =
                new ForeignTokens().input(1000).output(2).cacheRead(900).total(1902L);

        assertThat(doubled.cache(CacheShape.ALWAYS_INSIDE).normal().counts().input())
                .isEqualTo(1000);
        assertThat(doubled.cache(CacheShape.INSIDE).normal().counts().input()).isEqualTo(1900);
    }

    @Test
    void shouldCutPartsToTheirWholeAndSaySo() {
        Normal normal =
                new ForeignTokens()
                        .input(100)
                        .output(20)
                        .cacheRead(60)
                        .cacheWrite1h(5)
                        .audioInput(70)
                        .reasoning(15)
                        .audioOutput(9)
                        .normal();

        assertThat(normal.counts()).isEqualTo(new TokenCounts(100, 20, 60, 0, 15));
        assertThat(normal.details()).isEqualTo(new TokenDetails(0, 40, 5, 0, 0));
        assertThat(normal.clamped()).isTrue();
        assertThat(new ForeignTokens().input(-1).normal().clamped()).isTrue();
        assertThat(new ForeignTokens().input(Long.MAX_VALUE).normal().counts().input())
                .isEqualTo(1_000_000_000);
    }

    private static ForeignTokens bedrock() {
        return new ForeignTokens().input(12).output(40).cacheRead(900).cacheWrite(88);
    }
}
