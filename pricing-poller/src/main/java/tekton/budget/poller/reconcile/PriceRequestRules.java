package tekton.budget.poller.reconcile;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceRequest.EndPrice;
import tekton.budget.event.PriceRequest.Reject;
import tekton.budget.event.PriceRequest.ReleasePrice;
import tekton.budget.event.PriceRequest.SetPrice;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceRefusal;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.poller.feed.ModelKey;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What an operator's request changes, and the answer to it. */
public final class PriceRequestRules {

    private final KnownPrices prices;
    private final KnownFindings findings;
    private final List<String> sources;
    private final Instant now;

    /**
     * The state that requests are judged by.
     *
     * @param sources the configured sources, the most preferred first
     * @param now the time of the decision
     */
    public PriceRequestRules(
            KnownPrices prices, KnownFindings findings, List<String> sources, Instant now) {
        this.prices = prices;
        this.findings = findings;
        this.sources = List.copyOf(sources);
        this.now = now;
    }

    /** Publishes a quarantined price, unless a source that stands before it has said something. */
    public Changes release(ReleasePrice request) {
        Quarantined held = findings.quarantined(request.quarantineId());
        if (held == null) {
            return unknown(request.requestId(), "price in quarantine", request.quarantineId());
        }
        if (held.state() == QuarantineState.RELEASED) {
            return done(request.requestId(), "released already", List.of());
        }
        if (held.state() == QuarantineState.REJECTED) {
            return decided(request.requestId(), held);
        }
        PricePublished proposed = held.proposed();
        if (proposed == null) {
            return refused(
                    request.requestId(),
                    PriceRefusal.NOT_RELEASABLE,
                    "%s: its figures make no price; set one instead".formatted(held.id()));
        }
        PricePublished latest = prices.latest(new ModelKey(held.provider(), held.model()));
        Quarantined released = held.decided(QuarantineState.RELEASED, now);
        if (latest != null && standsBefore(latest.source(), held.source())) {
            return done(
                            request.requestId(),
                            "believed from now on; the price of %s holds, which stands before %s"
                                    .formatted(latest.source(), held.source()),
                            List.of())
                    .and(released);
        }
        PricePublished version = proposed.beginning(KnownPrices.begin(now, latest));
        return done(request.requestId(), "released", List.of(version)).and(released);
    }

    /** Keeps a quarantined price from ever being published. */
    public Changes reject(Reject request) {
        Quarantined held = findings.quarantined(request.quarantineId());
        if (held == null) {
            return unknown(request.requestId(), "price in quarantine", request.quarantineId());
        }
        return switch (held.state()) {
            case HELD ->
                    done(request.requestId(), "rejected", List.of())
                            .and(held.decided(QuarantineState.REJECTED, now));
            case REJECTED -> done(request.requestId(), "rejected already", List.of());
            case RELEASED -> decided(request.requestId(), held);
        };
    }

    /** Publishes an operator's price. */
    public Changes set(SetPrice request) {
        PricePublished price = request.price();
        ModelKey model = new ModelKey(price.provider(), price.model());
        if (OperatorPrices.decides(model, prices, now)) {
            return fileDecides(request.requestId(), model);
        }
        Optional<PricePublished> known = prices.ofOperator(model, price.effectiveFrom());
        if (known.isEmpty()) {
            return done(request.requestId(), "set", List.of(price));
        }
        boolean same = known.get().terms().equals(price.terms()) && known.get().endsAt() == null;
        return same
                ? done(request.requestId(), "set already", List.of())
                : refused(
                        request.requestId(),
                        PriceRefusal.VERSION_EXISTS,
                        "%s: a version of the operator's begins at %s (expected: another time)"
                                .formatted(model, price.effectiveFrom()));
    }

    /** Ends an operator's price, that which holds and those that were to follow. */
    public Changes end(EndPrice request) {
        ModelKey model = new ModelKey(request.provider(), request.model());
        if (OperatorPrices.decides(model, prices, now)) {
            return fileDecides(request.requestId(), model);
        }
        Instant end = PriceRequest.begin(now);
        List<PricePublished> ended =
                prices.ofOperator(model).stream()
                        .filter(version -> OperatorPrices.holdsFrom(version, end))
                        .map(version -> version.endedAt(later(end, version.effectiveFrom())))
                        .toList();
        return ended.isEmpty()
                ? unknown(request.requestId(), "operator's price in force", model.toString())
                : done(request.requestId(), "ended", ended);
    }

    private boolean standsBefore(String one, String other) {
        int place = sources.indexOf(one);
        return place >= 0 && !one.equals(other) && place < sources.indexOf(other);
    }

    private Changes done(String requestId, String message, List<PricePublished> published) {
        PriceStatus reply =
                new PriceReply(
                        requestId,
                        PriceOutcome.DONE,
                        null,
                        message,
                        List.of(),
                        published.isEmpty() ? null : published.getLast(),
                        published.size(),
                        now);
        return Changes.ofPrices(published).and(reply);
    }

    private Changes unknown(String requestId, String kind, String id) {
        return refused(
                requestId, PriceRefusal.UNKNOWN, "%s: there is no such %s".formatted(id, kind));
    }

    private Changes decided(String requestId, Quarantined held) {
        return refused(
                requestId,
                PriceRefusal.ALREADY_DECIDED,
                "%s: %s at %s (expected: held)"
                        .formatted(held.id(), held.state().wireName(), held.decidedAt()));
    }

    private Changes fileDecides(String requestId, ModelKey model) {
        return refused(
                requestId,
                PriceRefusal.FILE_DECIDES,
                "%s: named by the operator's price file, which always wins; change it there"
                        .formatted(model));
    }

    private Changes refused(String requestId, PriceRefusal refusal, String message) {
        return Changes.NONE.and(PriceReply.refused(requestId, refusal, message, now));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
