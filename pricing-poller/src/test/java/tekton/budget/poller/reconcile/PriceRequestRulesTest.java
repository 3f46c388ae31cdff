package tekton.budget.poller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.poller.reconcile.Market.MODEL;
import static tekton.budget.poller.reconcile.Market.all;
import static tekton.budget.poller.reconcile.Market.terms;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceFault.FaultCode;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceRequest.EndPrice;
import tekton.budget.event.PriceRequest.Reject;
import tekton.budget.event.PriceRequest.ReleasePrice;
import tekton.budget.event.PriceRequest.SetPrice;
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceRefusal;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.poller.feed.FeedReading.Faulty;
import tekton.budget.poller.feed.OperatorReading.OperatorEntry;

import java.time.Instant;
import java.util.List;

class PriceRequestRulesTest {

    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

    private final Market market = Market.usual();

    @Test
    void shouldKnowWhatIsNotInQuarantine() {
        assertThat(refusal(market.requests().release(new ReleasePrice("r", "none"))))
                .isEqualTo(PriceRefusal.UNKNOWN);
        assertThat(refusal(market.requests().reject(new Reject("r", "none"))))
                .isEqualTo(PriceRefusal.UNKNOWN);
    }

    @Test
    void shouldDecideOnceAboutAQuarantinedPrice() {
        market.says("litellm", 100, 200).poll();
        Quarantined held = held(market.says("litellm", 5_000, 200).poll());

        market.take(market.requests().reject(new Reject("r1", held.id())));

        Changes again = market.requests().reject(new Reject("r2", held.id()));
        assertThat(reply(again).outcome()).isEqualTo(PriceOutcome.DONE);
        assertThat(again.statuses()).hasSize(1);
        assertThat(refusal(market.requests().release(new ReleasePrice("r3", held.id()))))
                .isEqualTo(PriceRefusal.ALREADY_DECIDED);
    }

    @Test
    void shouldNotReleaseWhatIsNoPrice() {
        Faulty nonsense =
                new Faulty(MODEL, List.of(new PriceFault(FaultCode.NEGATIVE, "input: -1")), "{}");
        Quarantined held = held(market.saysNonsense("litellm", nonsense).poll());

        Changes changes = market.requests().release(new ReleasePrice("r", held.id()));

        assertThat(refusal(changes)).isEqualTo(PriceRefusal.NOT_RELEASABLE);
        assertThat(changes.prices()).isEmpty();
        assertThat(changes.statuses()).hasSize(1);
    }

    @Test
    void shouldReleaseBehindAMorePreferredSourceWithoutPublishing() {
        market.says("litellm", 100, 200).poll();
        Quarantined held = held(market.says("openrouter", 5_000, 200).poll());

        Changes changes = market.take(market.requests().release(new ReleasePrice("r", held.id())));

        assertThat(changes.prices()).isEmpty();
        assertThat(reply(changes).outcome()).isEqualTo(PriceOutcome.DONE);
        assertThat(reply(changes).message()).contains("the price of litellm holds");
    }

    @Test
    void shouldSetAnOperatorsPriceOnceForATime() {
        PricePublished price = price(DECEMBER, 70);

        Changes first = market.take(market.requests().set(new SetPrice("r1", price)));
        Changes same = market.requests().set(new SetPrice("r2", price));
        Changes other = market.requests().set(new SetPrice("r3", price(DECEMBER, 80)));

        assertThat(first.prices()).containsExactly(price);
        assertThat(reply(first).price()).isEqualTo(price);
        assertThat(same.prices()).isEmpty();
        assertThat(reply(same).outcome()).isEqualTo(PriceOutcome.DONE);
        assertThat(refusal(other)).isEqualTo(PriceRefusal.VERSION_EXISTS);
    }

    @Test
    void shouldEndAnOperatorsPriceAndThoseToCome() {
        market.published(price(JULY, 70)).published(price(DECEMBER, 80));

        Changes changes =
                market.take(
                        market.requests().end(new EndPrice("r", MODEL.provider(), MODEL.model())));

        Instant end = PriceRequest.begin(market.now());
        assertThat(changes.prices())
                .containsExactly(
                        price(JULY, 70).endedAt(end), price(DECEMBER, 80).endedAt(DECEMBER));
        assertThat(
                        refusal(
                                market.requests()
                                        .end(new EndPrice("r2", MODEL.provider(), MODEL.model()))))
                .isEqualTo(PriceRefusal.UNKNOWN);
    }

    @Test
    void shouldLeaveToTheFileWhatTheFileNames() {
        market.take(
                Changes.ofPrices(
                        OperatorPrices.of(
                                        List.of(new OperatorEntry(MODEL, terms(70, 70), null, "")),
                                        "file:/prices.json",
                                        market.prices,
                                        market.now())
                                .changed()));

        assertThat(refusal(market.requests().set(new SetPrice("r1", price(DECEMBER, 80)))))
                .isEqualTo(PriceRefusal.FILE_DECIDES);
        assertThat(
                        refusal(
                                market.requests()
                                        .end(new EndPrice("r2", MODEL.provider(), MODEL.model()))))
                .isEqualTo(PriceRefusal.FILE_DECIDES);
    }

    @Test
    void shouldForgetOldAnswers() {
        for (int i = 0; i < KnownFindings.REPLIES_MAX + 2; i++) {
            market.findings.put(
                    PriceReply.refused(
                            "r" + i, PriceRefusal.UNKNOWN, "", market.now().plusMillis(i)));
        }

        assertThat(market.findings.forgotten(market.now()).ended())
                .containsExactly("reply/r0", "reply/r1");
        assertThat(
                        market.findings
                                .forgotten(
                                        market.now()
                                                .plus(KnownFindings.REPLY_AGE_MAX)
                                                .plusMillis(5))
                                .ended())
                .hasSize(5);
    }

    private static PricePublished price(Instant from, long nano) {
        return new PricePublished(
                MODEL.provider(),
                MODEL.model(),
                from,
                PricePublished.OPERATOR,
                terms(nano, nano),
                true,
                null,
                null,
                null);
    }

    private static Quarantined held(Changes changes) {
        return all(changes, Quarantined.class).getFirst();
    }

    private static PriceReply reply(Changes changes) {
        return all(changes, PriceReply.class).getFirst();
    }

    private static PriceRefusal refusal(Changes changes) {
        return reply(changes).refusal();
    }
}
