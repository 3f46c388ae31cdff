package tekton.budget.poller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.poller.reconcile.Market.MODEL;
import static tekton.budget.poller.reconcile.Market.all;
import static tekton.budget.poller.reconcile.Market.terms;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceFault.FaultCode;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest.Reject;
import tekton.budget.event.PriceRequest.ReleasePrice;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.QuotedPrice;
import tekton.budget.poller.feed.FeedReading.Faulty;

import java.util.List;

class ReconciliationTest {

    @Test
    void shouldPublishThePreferredSourceOnceAndAverageNothing() {
        Market market = Market.usual().says("litellm", 100, 200).says("openrouter", 104, 200);

        Changes first = market.poll();
        Changes second = market.poll();

        assertThat(first.prices())
                .singleElement()
                .satisfies(
                        price -> {
                            assertThat(price.source()).isEqualTo("litellm");
                            assertThat(price.terms()).isEqualTo(terms(100, 200));
                            assertThat(price.verified()).isTrue();
                            assertThat(price.sourceUrl()).isEqualTo("https://litellm");
                            assertThat(price.raw()).isEqualTo("100/200");
                            assertThat(price.effectiveFrom())
                                    .isEqualTo(Market.START.plusSeconds(3_602));
                        });
        assertThat(first.statuses()).isEmpty();
        assertThat(second.isEmpty()).isTrue();
    }

    @Test
    void shouldPublishAChangeFromItsPollOn() {
        Market market = Market.usual().says("litellm", 100, 200);
        market.poll();

        Changes changes = market.says("litellm", 150, 200).poll();

        assertThat(changes.prices())
                .singleElement()
                .satisfies(
                        price -> {
                            assertThat(price.effectiveFrom())
                                    .isEqualTo(Market.START.plusSeconds(7_202));
                            assertThat(price.verified()).as("alone").isFalse();
                        });
        assertThat(market.prices.latest(MODEL).terms()).isEqualTo(terms(150, 200));
    }

    @ParameterizedTest
    @CsvSource({
        "100, 111, true", // 11 is less than a tenth of 111
        "100, 112, false",
        "90, 100, true",
        "89, 100, false",
        "0, 0, true",
    })
    void shouldPointOutADisagreementWithBothFigures(long one, long other, boolean agree) {
        Market market =
                Market.usual().says("litellm", one, 200).bearsWitness("openrouter", other, 200);

        Changes changes = market.poll();

        assertThat(changes.prices()).singleElement().matches(price -> price.verified() == agree);
        assertThat(all(changes, Disagreement.class)).hasSize(agree ? 0 : 1);
        all(changes, Disagreement.class)
                .forEach(
                        found -> {
                            assertThat(found.published())
                                    .isEqualTo(new QuotedPrice("litellm", one * 1_000, 200_000));
                            assertThat(found.other())
                                    .isEqualTo(
                                            new QuotedPrice("openrouter", other * 1_000, 200_000));
                        });
        assertThat(market.poll().isEmpty()).as("the same again").isTrue();
    }

    @Test
    void shouldForgetADisagreementThatIsOver() {
        Market market =
                Market.usual().says("litellm", 100, 200).bearsWitness("openrouter", 150, 200);
        Disagreement found = all(market.poll(), Disagreement.class).getFirst();

        assertThat(market.cannotBeRead("openrouter").poll().isEmpty()).isTrue();
        Changes agreed = market.bearsWitness("openrouter", 100, 200).poll();

        assertThat(agreed.ended()).containsExactly(found.key());
        assertThat(agreed.prices())
                .as("now verified: the same version said again")
                .singleElement()
                .satisfies(
                        price -> {
                            assertThat(price.verified()).isTrue();
                            assertThat(price.versionId())
                                    .isEqualTo(market.published.getFirst().versionId());
                        });
    }

    @Test
    void shouldVerifyOnlyWhenFourFifthsAgree() {
        Market market =
                Market.usual()
                        .says("litellm", 100, 200)
                        .bearsWitness("openrouter", 100, 200)
                        .says("built-in", 150, 200);

        assertThat(market.poll().prices()).singleElement().matches(price -> !price.verified());
    }

    @ParameterizedTest
    @CsvSource({"1000, 200", "10, 200", "1000, 2000", "100, 20"})
    void shouldBelieveAChangeUpToTheFactor(long input, long output) {
        Market market = Market.usual().says("litellm", 100, 200);
        market.poll();

        assertThat(market.says("litellm", input, output).poll().prices()).hasSize(1);
    }

    @Test
    void shouldQuarantineAChangeBeyondTheFactorAndKeepTheOldPrice() {
        Market market = Market.usual().says("litellm", 100, 200);
        market.poll();
        PricePublished old = market.published.getFirst();

        Changes changes = market.says("litellm", 1_001, 200).poll();

        assertThat(changes.prices()).isEmpty();
        Quarantined held = all(changes, Quarantined.class).getFirst();
        assertThat(held.faults())
                .containsExactly(
                        new PriceFault(
                                FaultCode.CHANGED_TOO_MUCH,
                                "input: 0.000001001 USD instead of 0.0000001"
                                        + " (expected: a change of at most 10 times)"));
        assertThat(held.inForce()).isEqualTo(old.versionId());
        assertThat(held.state()).isEqualTo(QuarantineState.HELD);
        assertThat(market.prices.latest(MODEL)).isEqualTo(old);
    }

    @ParameterizedTest
    @CsvSource({"100, 0", "0, 100", "100, 9"})
    void shouldQuarantineFreeAndTooCheap(long before, long after) {
        Market market = Market.usual().says("litellm", before, 200);
        market.poll();

        Changes changes = market.says("litellm", after, 200).poll();

        assertThat(changes.prices()).isEmpty();
        assertThat(all(changes, Quarantined.class)).hasSize(1);
    }

    @Test
    void shouldQuarantineAFirstPriceFarFromEveryOther() {
        Market market =
                Market.usual()
                        .says("litellm", 900, 900)
                        .says("openrouter", 50, 50)
                        .says("built-in", 50, 50);

        Changes changes = market.poll();

        assertThat(all(changes, Quarantined.class))
                .singleElement()
                .satisfies(
                        held -> {
                            assertThat(held.source()).isEqualTo("litellm");
                            assertThat(held.faults())
                                    .extracting(PriceFault::code)
                                    .containsExactly(FaultCode.FAR_FROM_OTHERS);
                            assertThat(held.faults().getFirst().message())
                                    .startsWith(
                                            "litellm says 0.0000009 USD in and 0.0000009 out, while"
                                                    + " openrouter says 0.00000005 USD in");
                        });
        assertThat(changes.prices())
                .as("the next source that others agree with")
                .singleElement()
                .matches(price -> price.source().equals("openrouter") && price.verified());
    }

    @Test
    void shouldPublishNothingWhenTwoSourcesAreFarApartAndNothingElseIsKnown() {
        Market market = Market.usual().says("litellm", 900, 900).says("openrouter", 50, 50);

        Changes changes = market.poll();

        assertThat(changes.prices()).isEmpty();
        assertThat(all(changes, Quarantined.class)).hasSize(2);
        assertThat(market.poll().isEmpty()).isTrue();
    }

    @Test
    void shouldNotLetOneAbsurdSourceQuestionThePriceInForce() {
        Market market = Market.usual().says("litellm", 50, 50);
        market.poll();

        Changes changes = market.says("openrouter", 900, 900).poll();

        assertThat(changes.prices()).isEmpty();
        assertThat(all(changes, Quarantined.class))
                .singleElement()
                .matches(held -> held.source().equals("openrouter"));
    }

    @Test
    void shouldLetASourceTakeOverOnlyFromThoseBehindIt() {
        Market market = Market.usual().says("openrouter", 50, 50);
        market.poll();

        assertThat(market.says("litellm", 60, 60).poll().prices())
                .singleElement()
                .matches(price -> price.source().equals("litellm"));
        assertThat(market.isSilent("litellm").poll().prices()).isEmpty();
        assertThat(market.cannotBeRead("litellm").poll().prices()).isEmpty();
        assertThat(market.without("litellm").poll().prices())
                .singleElement()
                .matches(price -> price.source().equals("openrouter"));
    }

    @Test
    void shouldComparePricesInForceWithSourcesBehind() {
        Market market = Market.usual().says("litellm", 60, 60);
        market.poll();

        Changes changes = market.isSilent("litellm").says("openrouter", 50, 50).poll();

        assertThat(all(changes, Disagreement.class))
                .singleElement()
                .matches(found -> found.published().source().equals("litellm"));
    }

    @Test
    void shouldPublishBuiltInPricesOnlyToCorrectThem() {
        Market market = Market.usual().says("built-in", 50, 50);
        assertThat(market.poll().isEmpty()).isTrue();

        market.published("built-in", 50, 50);
        assertThat(market.poll().isEmpty()).isTrue();
        assertThat(market.says("built-in", 40, 50).poll().prices()).hasSize(1);
        assertThat(market.says("litellm", 45, 50).poll().prices()).hasSize(1);
        assertThat(market.says("built-in", 30, 50).poll().prices()).isEmpty();
    }

    @Test
    void shouldRememberWhatAnOperatorHasReleased() {
        Market market = Market.usual().says("litellm", 100, 200);
        market.poll();
        Quarantined held = all(market.says("litellm", 5_000, 200).poll(), Quarantined.class).get(0);

        Changes released =
                market.take(market.requests().release(new ReleasePrice("r1", held.id())));

        assertThat(released.prices()).singleElement().matches(p -> p.source().equals("litellm"));
        assertThat(market.prices.latest(MODEL).terms()).isEqualTo(terms(5_000, 200));
        assertThat(market.poll().isEmpty()).isTrue();
        assertThat(market.findings.quarantined(held.id()).state())
                .isEqualTo(QuarantineState.RELEASED);
    }

    /**
     * Else each release of a list's price made a finding of the price that had been right so far.
     */
    @Test
    void shouldNotQuestionTheOthersWhenAnOperatorHasReleasedAPriceFarFromTheirs() {
        Market market =
                new Market()
                        .with("litellm", 90)
                        .with("built-in", 70)
                        .says("litellm", 100, 200)
                        .says("built-in", 100, 200);
        market.poll();
        Quarantined held =
                all(market.says("litellm", 2_000, 4_000).poll(), Quarantined.class).getFirst();

        market.take(market.requests().release(new ReleasePrice("r1", held.id())));
        Changes after = market.poll();

        assertThat(market.prices.latest(MODEL).terms()).isEqualTo(terms(2_000, 4_000));
        assertThat(all(after, Quarantined.class)).isEmpty();
        assertThat(all(after, Disagreement.class)).hasSize(1);
        assertThat(market.poll().isEmpty()).as("the same again").isTrue();
        assertThat(all(market.says("litellm", 90_000, 4_000).poll(), Quarantined.class))
                .as("the next leap is held as ever")
                .extracting(Quarantined::source)
                .containsExactly("litellm");
    }

    @Test
    void shouldRememberWhatAnOperatorHasRejected() {
        Market market = Market.usual().says("litellm", 100, 200);
        market.poll();
        Quarantined held = all(market.says("litellm", 5_000, 200).poll(), Quarantined.class).get(0);

        market.take(market.requests().reject(new Reject("r1", held.id())));

        assertThat(market.poll().isEmpty()).isTrue();
        market.says("litellm", 110, 200).poll();
        assertThat(market.says("litellm", 5_000, 200).poll().isEmpty())
                .as("the same figures once more")
                .isTrue();
    }

    @Test
    void shouldWithdrawWhatItsSourceSaysNoMore() {
        Market market = Market.usual().says("litellm", 100, 200);
        market.poll();
        Quarantined held = all(market.says("litellm", 5_000, 200).poll(), Quarantined.class).get(0);

        assertThat(market.cannotBeRead("litellm").poll().isEmpty()).isTrue();
        assertThat(market.says("litellm", 100, 200).poll().ended()).containsExactly(held.key());
    }

    @Test
    void shouldHoldNonsenseUnderTheSameIdWhoeverFindsIt() {
        Faulty nonsense =
                new Faulty(
                        MODEL,
                        List.of(new PriceFault(FaultCode.IMPLAUSIBLE, "input: 0.1 USD")),
                        "{\"input\":0.1}");
        Market one = Market.usual().saysNonsense("litellm", nonsense);
        Market other = Market.usual().saysNonsense("litellm", nonsense);
        other.poll();

        Quarantined held = all(one.poll(), Quarantined.class).getFirst();

        assertThat(one.poll().isEmpty()).isTrue();
        assertThat(held.id()).isEqualTo("3695b94c68fe46283eb2bf15");
        assertThat(other.findings.quarantined(held.id())).isNotNull();
        assertThat(held.proposed()).isNull();
    }

    @Test
    void shouldBeginBehindTheLatestVersionWhenTheClockIsSetBack() {
        Market market = Market.usual().says("litellm", 100, 200);
        PricePublished ahead =
                new PricePublished(
                        MODEL.provider(),
                        MODEL.model(),
                        Market.START.plusSeconds(100_000),
                        "litellm",
                        terms(90, 200),
                        false,
                        null,
                        null,
                        null);

        Changes changes = market.published(ahead).poll();

        assertThat(changes.prices())
                .singleElement()
                .matches(p -> p.effectiveFrom().equals(Market.START.plusSeconds(100_001)));
    }
}
