package tekton.budget.poller.reconcile;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateCell;
import tekton.budget.event.RateClass;
import tekton.budget.poller.feed.FeedReading;
import tekton.budget.poller.feed.FeedReading.Faulty;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.feed.Quote;
import tekton.budget.poller.reconcile.PartDoubts.Doubt;
import tekton.budget.poller.reconcile.PriceDraft.Judged;
import tekton.budget.value.ServiceTier;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a poll changes, decided model by model.
 *
 * <p><b>Who is believed.</b> A quote that differs from the version that holds is quarantined when
 * it is too far from that version, or from what every other source says. A quote that an operator
 * has released is believed, one that was rejected is not. While a released price holds, sources
 * behind its own disagree with it and are not quarantined for that.
 *
 * <p><b>Whose price is published.</b> That of the first source, in the declared order, that has a
 * believed quote; nothing is averaged. A source never takes over from one that stands before it:
 * that one's silence is no news. A source that is trusted less than {@value #TRUST_MIN_PERCENT} %
 * only corrects versions of its own.
 *
 * <p><b>Parts.</b> A service tier or class that is doubtful costs only itself. What the published
 * quote lacks comes from the next believed source that asks the same for input and output, then
 * from the model's other name at the same provider; the version says whose each such figure is. A
 * source that could not be read goes on lending what it lent.
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
                    if (!quote.leftOut().isEmpty()) {
                        hold(source, new Faulty(quote.model(), quote.leftOut(), quote.raw()));
                    }
                    offers.computeIfAbsent(quote.model(), m -> new ArrayList<>())
                            .add(new Offer(source, quote));
                }
            }
        }
        SortedMap<ModelKey, PriceDraft> drafts = new TreeMap<>();
        offers.forEach(
                (model, all) -> draft(model, all).ifPresent(draft -> drafts.put(model, draft)));
        Siblings siblings = Siblings.of(drafts, prices);
        drafts.forEach((model, draft) -> decide(draft, siblings.lenders(model)));
        return new Changes(changed, found, over());
    }

    /** What the believed sources say of a model; empty when no price of it may be published. */
    private Optional<PriceDraft> draft(ModelKey model, List<Offer> offers) {
        PricePublished latest = prices.latest(model);
        List<Offer> believed =
                offers.stream().filter(offer -> isBelieved(offer, offers, latest)).toList();
        SortedMap<RateCell, Long> inForce =
                latest == null ? new TreeMap<>() : latest.terms().figures();
        List<Judged> judged =
                believed.stream()
                        .map(
                                offer ->
                                        judged(
                                                offer,
                                                PartDoubts.of(offer, believed, inForce, factor),
                                                inForce))
                        .toList();
        return judged.stream()
                .filter(one -> !one.offer().quote().witness())
                .findFirst()
                .map(own -> PriceDraft.of(own, judged, latest, this::isAway));
    }

    /** Quarantines the parts of a quote that are doubted, unless an operator has decided. */
    private Judged judged(Offer offer, List<Doubt> doubts, SortedMap<RateCell, Long> inForce) {
        SortedMap<RateCell, Long> figures = offer.quote().terms().figures();
        List<Doubt> upheld = new ArrayList<>();
        Set<RateCell> kept = new HashSet<>(offer.quote().spoiled());
        for (ServiceTier tier : ServiceTier.values()) {
            boolean spoiltBase =
                    kept.contains(new RateCell(tier, RateCell.ANY_SIZE, RateClass.INPUT))
                            || kept.contains(
                                    new RateCell(tier, RateCell.ANY_SIZE, RateClass.OUTPUT));
            if (spoiltBase) {
                // Half a tier would be charged as a whole one.
                figures.keySet().removeIf(cell -> cell.tier() == tier);
                inForce.keySet().stream().filter(cell -> cell.tier() == tier).forEach(kept::add);
            }
        }
        for (Doubt doubt : doubts) {
            Quarantined known = findings.quarantined(partId(offer, doubt));
            if (known == null || known.state() != QuarantineState.RELEASED) {
                figures.keySet().removeAll(doubt.figures().keySet());
                upheld.add(doubt);
                if (doubt.keepsWhatHolds()) {
                    kept.addAll(doubt.figures().keySet());
                }
            }
        }
        return new Judged(offer, figures, upheld, kept);
    }

    private static String partId(Offer offer, Doubt doubt) {
        return FindingIds.ofPart(offer.source().name(), offer.quote().model(), doubt.figures());
    }

    private void decide(PriceDraft draft, List<Completion.Lender> siblings) {
        Completion whole = draft.completed(siblings);
        Offer offer = draft.own().offer();
        PricePublished latest = draft.latest();
        for (Judged judged : draft.judged()) {
            boolean own = judged.offer().source().name().equals(offer.source().name());
            holdParts(
                    judged,
                    own ? whole.figures() : judged.figures(),
                    own ? whole.sources() : Collections.emptySortedMap(),
                    latest);
        }
        ModelKey model = offer.quote().model();
        List<Offer> believed = draft.judged().stream().map(Judged::offer).toList();
        PriceTerms terms = whole.terms();
        boolean same = latest != null && latest.terms().equals(terms);
        if (!same && !mayTakeOver(offer.source(), latest)) {
            if (latest != null) {
                compare(model, FigureRules.of(latest.source(), latest.terms()), latest, believed);
            }
            return;
        }
        compare(model, offer.figures(), same ? latest : null, believed);
        Optional<Boolean> verified = verified(offer, believed);
        if (!same) {
            changed.add(version(offer, terms, whole.sources(), verified.orElse(false), latest));
        } else if (latest != null) {
            PricePublished again = latest.withVerified(verified.orElse(latest.verified()));
            if (latest.source().equals(offer.source().name())) {
                again = again.withFigureSources(whole.sources());
            }
            if (!again.equals(latest)) {
                changed.add(again);
            }
        }
    }

    private void holdParts(
            Judged judged,
            SortedMap<RateCell, Long> figures,
            SortedMap<String, String> figureSources,
            @Nullable PricePublished latest) {
        Quote quote = judged.offer().quote();
        if (quote.witness()) {
            return;
        }
        for (Doubt doubt : judged.doubts()) {
            SortedMap<RateCell, Long> proposed = new TreeMap<>(figures);
            proposed.putAll(doubt.figures());
            SortedMap<String, String> sources = new TreeMap<>(figureSources);
            doubt.figures().keySet().forEach(cell -> sources.remove(cell.path()));
            hold(
                    quarantined(
                            partId(judged.offer(), doubt),
                            judged.offer(),
                            doubt.faults(),
                            version(
                                    judged.offer(),
                                    PriceTerms.of(proposed),
                                    sources,
                                    false,
                                    latest),
                            latest));
        }
    }

    /** Quarantines what is too far off to be believed unasked. */
    private boolean isBelieved(Offer offer, List<Offer> offers, @Nullable PricePublished latest) {
        Quote quote = offer.quote();
        if (quote.witness()) {
            return true;
        }
        if (latest != null
                && Completion.sameBase(latest.terms().figures(), quote.terms().figures())) {
            return true;
        }
        String id = FindingIds.ofQuote(offer.source().name(), quote.model(), quote.terms());
        Quarantined known = findings.quarantined(id);
        if (known != null && known.state() != QuarantineState.HELD) {
            return known.state() == QuarantineState.RELEASED;
        }
        List<PriceFault> faults = PlausibilityRules.of(offer, offers, latest, factor);
        if (faults.isEmpty() || isDecided(offer.source(), latest)) {
            return true;
        }
        hold(
                quarantined(
                        id,
                        offer,
                        faults,
                        version(offer, quote.terms(), Collections.emptySortedMap(), false, latest),
                        latest));
        return false;
    }

    /**
     * True when an operator has released the price that holds, of a source before this one: that
     * others say something else was known and weighed. It is a disagreement from then on.
     */
    private boolean isDecided(SourceQuotes source, @Nullable PricePublished latest) {
        return latest != null && !mayTakeOver(source, latest) && isReleased(latest);
    }

    private boolean isReleased(PricePublished latest) {
        return findings.quarantined().stream()
                .anyMatch(
                        each ->
                                each.state() == QuarantineState.RELEASED
                                        && each.source().equals(latest.source())
                                        && isBaseOf(each.proposed(), latest));
    }

    private static boolean isBaseOf(@Nullable PricePublished released, PricePublished latest) {
        return released != null
                && released.provider().equals(latest.provider())
                && released.model().equals(latest.model())
                && Completion.sameBase(released.terms().figures(), latest.terms().figures());
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
            PriceStatus.QuotedPrice published,
            @Nullable PricePublished latest,
            List<Offer> believed) {
        for (Offer other : believed) {
            boolean itself =
                    other.source().name().equals(published.source())
                            || (latest != null && latest.source().equals(other.source().name()));
            if (!itself) {
                PriceStatus.QuotedPrice figures = other.figures();
                if (!FigureRules.agree(published, figures)) {
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
                believed.stream()
                        .filter(o -> FigureRules.agree(o.figures(), offer.figures()))
                        .count();
        return Optional.of(agreeing * 5 >= believed.size() * 4L);
    }

    private PricePublished version(
            Offer offer,
            PriceTerms terms,
            SortedMap<String, String> figureSources,
            boolean verified,
            @Nullable PricePublished latest) {
        Quote quote = offer.quote();
        String page = quote.page();
        return new PricePublished(
                quote.model().provider(),
                quote.model().model(),
                KnownPrices.begin(now, latest),
                offer.source().name(),
                terms,
                verified,
                null,
                page == null ? offer.source().location() : page,
                quote.raw(),
                figureSources);
    }

    private Quarantined quarantined(
            String id,
            Offer offer,
            List<PriceFault> faults,
            PricePublished proposed,
            @Nullable PricePublished latest) {
        Quote quote = offer.quote();
        return new Quarantined(
                id,
                quote.model().provider(),
                quote.model().model(),
                offer.source().name(),
                faults,
                quote.raw(),
                proposed,
                latest == null ? null : latest.versionId(),
                now,
                QuarantineState.HELD,
                null);
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
                .filter(q -> q.state() == QuarantineState.HELD && hasLooked(q.source()))
                .map(Quarantined::key)
                .forEach(over::add);
        findings.disagreements().stream()
                .filter(d -> hasLooked(d.other().source()))
                .map(Disagreement::key)
                .forEach(over::add);
        over.removeAll(foundKeys);
        return over;
    }

    private boolean isAway(String source) {
        return sources.stream().anyMatch(s -> s.name().equals(source) && s.reading() == null);
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
