package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.State;
import tekton.budget.poller.feed.FeedReading;
import tekton.budget.poller.feed.FeedReading.Faulty;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.feed.Quote;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a poll changes, decided model by model.
 *
 * <p><b>Who is believed.</b> A quote that differs from the version that holds is quarantined when
 * it is too far from that version, or from what every other source says. A quote that an operator
 * has released is believed, one that was rejected is not.
 *
 * <p><b>Whose price is published.</b> That of the first source, in the declared order, that has a
 * believed quote; nothing is averaged. A source never takes over from one that stands before it:
 * that one's silence is no news. A source that is trusted less than {@value #TRUST_MIN_PERCENT} %
 * only corrects versions of its own.
 *
 * <p><b>Verified</b> is a price when, of all sources that know the model, the publishing one
 * included, four fifths agree. A source that is alone says nothing about it.
 *
 * <p>Used once.
 */
public final class Reconciliation {

    /** The least trust with which a source's word alone is published, in per cent. */
    public static final int TRUST_MIN_PERCENT = 80;

    private final List<SourceQuotes> sources;
    private final KnownPrices prices;
    private final KnownFindings findings;
    private final int factor;
    private final Instant now;
    private final List<PricePublished> changed = new ArrayList<>();
    private final List<PriceStatus> found = new ArrayList<>();
    private final SortedSet<String> foundKeys = new TreeSet<>();

    /**
     * A poll.
     *
     * @param sources every configured source, the most preferred first
     * @param prices what has been published
     * @param findings what has been found
     * @param factor how many times a figure may change, at least 2
     * @param now the time of the poll
     */
    public Reconciliation(
            List<SourceQuotes> sources,
            KnownPrices prices,
            KnownFindings findings,
            int factor,
            Instant now) {
        this.sources = List.copyOf(sources);
        this.prices = prices;
        this.findings = findings;
        this.factor = factor;
        this.now = now;
    }

    /** What is to be written. */
    public Changes changes() {
        SortedMap<ModelKey, List<Offer>> offers = new TreeMap<>();
        for (SourceQuotes source : sources) {
            FeedReading reading = source.reading();
            if (reading != null) {
                reading.faulty().forEach(faulty -> hold(source, faulty));
                for (Quote quote : reading.quotes()) {
                    offers.computeIfAbsent(quote.model(), m -> new ArrayList<>())
                            .add(new Offer(source, quote));
                }
            }
        }
        offers.forEach(this::reconcile);
        return new Changes(changed, found, over());
    }

    private void reconcile(ModelKey model, List<Offer> offers) {
        PricePublished latest = prices.latest(model);
        List<Offer> believed =
                offers.stream().filter(offer -> isBelieved(offer, offers, latest)).toList();
        Optional<Offer> first = believed.stream().filter(o -> !o.quote().witness()).findFirst();
        if (first.isEmpty()) {
            return;
        }
        Offer offer = first.get();
        boolean same = latest != null && latest.terms().equals(offer.quote().terms());
        if (!same && !mayTakeOver(offer.source(), latest)) {
            if (latest != null) {
                compare(model, Figures.of(latest.source(), latest.terms()), latest, believed);
            }
            return;
        }
        compare(model, offer.figures(), same ? latest : null, believed);
        Optional<Boolean> verified = verified(offer, believed);
        if (!same) {
            changed.add(version(offer, verified.orElse(false), latest));
        } else if (latest != null && verified.isPresent() && verified.get() != latest.verified()) {
            changed.add(withVerified(latest, verified.get()));
        }
    }

    /** Quarantines what is too far off to be believed unasked. */
    private boolean isBelieved(Offer offer, List<Offer> offers, @Nullable PricePublished latest) {
        Quote quote = offer.quote();
        if (quote.witness()) {
            return true;
        }
        if (latest != null && latest.terms().equals(quote.terms())) {
            return true;
        }
        String id = FindingIds.ofQuote(offer.source().name(), quote.model(), quote.terms());
        Quarantined known = findings.quarantined(id);
        if (known != null && known.state() != State.HELD) {
            return known.state() == State.RELEASED;
        }
        List<PriceFault> faults = Doubts.of(offer, offers, latest, factor);
        if (faults.isEmpty()) {
            return true;
        }
        hold(
                new Quarantined(
                        id,
                        quote.model().provider(),
                        quote.model().model(),
                        offer.source().name(),
                        faults,
                        quote.raw(),
                        version(offer, false, latest),
                        latest == null ? null : latest.versionId(),
                        now,
                        State.HELD,
                        null));
        return false;
    }

    private boolean mayTakeOver(SourceQuotes source, @Nullable PricePublished latest) {
        if (latest != null && latest.source().equals(source.name())) {
            return true;
        }
        if (source.trustPercent() < TRUST_MIN_PERCENT) {
            return false;
        }
        // One that is not configured any more is not found before it.
        return latest == null
                || sources.stream()
                        .takeWhile(before -> !before.name().equals(source.name()))
                        .noneMatch(before -> before.name().equals(latest.source()));
    }

    private void compare(
            ModelKey model,
            PriceStatus.Figures published,
            @Nullable PricePublished latest,
            List<Offer> believed) {
        for (Offer other : believed) {
            boolean itself =
                    other.source().name().equals(published.source())
                            || (latest != null && latest.source().equals(other.source().name()));
            if (!itself) {
                PriceStatus.Figures figures = other.figures();
                if (!Figures.agree(published, figures)) {
                    hold(
                            new Disagreement(
                                    FindingIds.ofDisagreement(model, published, figures),
                                    model.provider(),
                                    model.model(),
                                    published,
                                    figures,
                                    now));
                }
            }
        }
    }

    /** Whether enough sources agree; empty when no other source says anything. */
    private static Optional<Boolean> verified(Offer offer, List<Offer> believed) {
        if (believed.size() < 2) {
            return Optional.empty();
        }
        long agreeing =
                believed.stream().filter(o -> Figures.agree(o.figures(), offer.figures())).count();
        return Optional.of(agreeing * 5 >= believed.size() * 4L);
    }

    private PricePublished version(Offer offer, boolean verified, @Nullable PricePublished latest) {
        Quote quote = offer.quote();
        return new PricePublished(
                quote.model().provider(),
                quote.model().model(),
                KnownPrices.begin(now, latest),
                offer.source().name(),
                quote.terms(),
                verified,
                null,
                offer.source().location(),
                quote.raw());
    }

    private static PricePublished withVerified(PricePublished price, boolean verified) {
        return new PricePublished(
                price.provider(),
                price.model(),
                price.effectiveFrom(),
                price.source(),
                price.terms(),
                verified,
                price.endsAt(),
                price.sourceUrl(),
                price.raw());
    }

    private void hold(SourceQuotes source, Faulty faulty) {
        hold(Quarantine.of(source.name(), faulty, prices.latest(faulty.model()), now));
    }

    /** Notes a finding; only a new one is written. */
    private void hold(PriceStatus finding) {
        if (foundKeys.add(finding.key()) && !findings.knows(finding.key())) {
            found.add(finding);
        }
    }

    /** The findings of earlier polls that this one, having looked, has not found again. */
    private List<String> over() {
        List<String> over = new ArrayList<>();
        findings.quarantined().stream()
                .filter(q -> q.state() == State.HELD && hasLooked(q.source()))
                .map(Quarantined::key)
                .forEach(over::add);
        findings.disagreements().stream()
                .filter(d -> hasLooked(d.other().source()))
                .map(Disagreement::key)
                .forEach(over::add);
        over.removeAll(foundKeys);
        return over;
    }

    private boolean hasLooked(String source) {
        if (source.equals(PricePublished.OPERATOR)) {
            return false;
        }
        return sources.stream()
                .filter(s -> s.name().equals(source))
                .allMatch(s -> Objects.nonNull(s.reading()));
    }
}
