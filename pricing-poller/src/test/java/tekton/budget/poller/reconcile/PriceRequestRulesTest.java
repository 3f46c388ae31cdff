package tekton.budget.poller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.poller.reconcile.Market.MODEL;
import static tekton.budget.poller.reconcile.Market.all;
import static tekton.budget.poller.reconcile.Market.terms;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceFault.Code;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceRequest.EndPrice;
import tekton.budget.event.PriceRequest.Reject;
import tekton.budget.event.PriceRequest.Release;
import tekton.budget.event.PriceRequest.SetPrice;
import tekton.budget.event.PriceStatus.Outcome;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.Refusal;
import tekton.budget.event.PriceStatus.Reply;
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
        assertThat(refusal(market.requests().release(new Release("r", "none"))))
                .isEqualTo(Refusal.UNKNOWN);
        assertThat(refusal(market.requests().reject(new Reject("r", "none"))))
                .isEqualTo(Refusal.UNKNOWN);
    }

    @Test
    void shouldDecideOnceAboutAQuarantinedPrice() {
        market.says("litellm", 100, 200).poll();
        Quarantined held = held(market.says("litellm", 5_000, 200).poll());

        market.take(market.requests().reject(new Reject("r1", held.id())));

        Changes again = market.requests().reject(new Reject("r2", held.id()));
        assertThat(reply(again).outcome()).isEqualTo(Outcome.DONE);
        assertThat(again.statuses()).hasSize(1);
        assertThat(refusal(market.requests().release(new Release("r3", held.id()))))
                .isEqualTo(Refusal.ALREADY_DECIDED);
    }

    @Test
    void shouldNotReleaseWhatIsNoPrice() {
        Faulty nonsense =
                new Faulty(MODEL, List.of(new PriceFault(Code.NEGATIVE, "input: -1")), "{}");
        Quarantined held = held(market.saysNonsense("litellm", nonsense).poll());

        Changes changes = market.requests().release(new Release("r", held.id()));

        assertThat(refusal(changes)).isEqualTo(Refusal.NOT_RELEASABLE);
        assertThat(changes.prices()).isEmpty();
        assertThat(changes.statuses()).hasSize(1);
    }

    @Test
    void shouldReleaseBehindAMorePreferredSourceWithoutPublishing() {
        market.says("litellm", 100, 200).poll();
        Quarantined held = held(market.says("openrouter", 5_000, 200).poll());

        Changes changes = market.take(market.requests().release(new Release("r", held.id())));

        assertThat(changes.prices()).isEmpty();
        assertThat(reply(changes).outcome()).isEqualTo(Outcome.DONE);
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
        assertThat(reply(same).outcome()).isEqualTo(Outcome.DONE);
        assertThat(refusal(other)).isEqualTo(Refusal.VERSION_EXISTS);
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
                .isEqualTo(Refusal.UNKNOWN);
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
                .isEqualTo(Refusal.FILE_DECIDES);
        assertThat(
                        refusal(
                                market.requests()
                                        .end(new EndPrice("r2", MODEL.provider(), MODEL.model()))))
                .isEqualTo(Refusal.FILE_DECIDES);
    }

    @Test
    void shouldForgetOldAnswers() {
        for (int i = 0; i < KnownFindings.REPLIES_MAX + 2; i++) {
            market.findings.put(
                    Reply.refused("r" + i, Refusal.UNKNOWN, "", market.now().plusMillis(i)));
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

    private static Reply reply(Changes changes) {
        return all(changes, Reply.class).getFirst();
    }

    private static Refusal refusal(Changes changes) {
        return reply(changes).refusal();
    }
}
