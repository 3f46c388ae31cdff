package tekton.budget.poller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.poller.reconcile.Market.MODEL;
import static tekton.budget.poller.reconcile.Market.terms;

import org.junit.jupiter.api.Test;

import tekton.budget.event.PricePublished;
import tekton.budget.poller.feed.OperatorReading.OperatorEntry;

import java.time.Instant;
import java.util.List;

class OperatorPricesTest {

    private static final String FILE = "file:/etc/budget/prices.json";
    private static final Instant NOW = Instant.parse("2026-09-01T12:00:00.5Z");
    private static final Instant BEGIN = Instant.parse("2026-09-01T12:00:03Z");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

    private final KnownPrices prices = new KnownPrices();

    @Test
    void shouldPublishFromItsTimeOrFromWhenItWasReadFirst() {
        List<PricePublished> changed = read(entry(null, 10), entry(DECEMBER, 20));

        assertThat(changed).containsExactlyInAnyOrder(version(BEGIN, 10), version(DECEMBER, 20));
        assertThat(read(entry(null, 10), entry(DECEMBER, 20))).isEmpty();
    }

    @Test
    void shouldTakeATimeInThePastAsItIs() {
        assertThat(read(entry(MAY, 10))).containsExactly(version(MAY, 10));
        assertThat(read(entry(MAY, 10))).isEmpty();
    }

    @Test
    void shouldPublishAChangeWithoutATimeFromNowOn() {
        read(entry(null, 10));

        List<PricePublished> changed = readAt(NOW.plusSeconds(60), entry(null, 11));

        assertThat(changed).containsExactly(version(BEGIN.plusSeconds(60), 11));
    }

    @Test
    void shouldNotChangeAVersion() {
        read(entry(MAY, 10));

        OperatorPrices.FileChanges outcome =
                OperatorPrices.of(List.of(entry(MAY, 11)), FILE, prices, NOW);

        assertThat(outcome.changed()).isEmpty();
        assertThat(outcome.refused())
                .containsExactly(
                        "openai/gpt: the version from 2026-05-01T00:00:00Z is known with other"
                                + " figures (expected: another effective_from)");
    }

    @Test
    void shouldWinAgainstWhatWasSetByRequest() {
        PricePublished set = version(MAY, 99, null);
        prices.add(set);

        assertThat(read(entry(null, 10))).containsExactly(version(BEGIN, 10));
    }

    @Test
    void shouldEndWhatItNamesNoMore() {
        read(entry(MAY, 10), entry(DECEMBER, 20));

        List<PricePublished> changed = read();

        assertThat(changed)
                .containsExactlyInAnyOrder(
                        version(MAY, 10).endedAt(BEGIN), version(DECEMBER, 20).endedAt(DECEMBER));
        assertThat(readAt(NOW.plusSeconds(60))).isEmpty();
        assertThat(readAt(NOW.plusSeconds(120), entry(MAY, 10)))
                .as("named again")
                .containsExactly(version(BEGIN.plusSeconds(120), 10));
    }

    @Test
    void shouldPublishAgainWhatWasTakenOutBeforeItBegan() {
        read(entry(MAY, 10), entry(DECEMBER, 20));

        assertThat(read(entry(MAY, 10))).containsExactly(version(DECEMBER, 20).endedAt(DECEMBER));
        assertThat(read(entry(MAY, 10), entry(DECEMBER, 20)))
                .containsExactly(version(DECEMBER, 20));
        assertThat(read(entry(MAY, 10), entry(DECEMBER, 20))).isEmpty();
    }

    @Test
    void shouldLeaveAloneWhatWasSetByRequestAndIsNotNamed() {
        prices.add(version(MAY, 99, null));

        assertThat(read()).isEmpty();
    }

    private List<PricePublished> read(OperatorEntry... entries) {
        return readAt(NOW, entries);
    }

    private List<PricePublished> readAt(Instant now, OperatorEntry... entries) {
        List<PricePublished> changed =
                OperatorPrices.of(List.of(entries), FILE, prices, now).changed();
        changed.forEach(prices::add);
        return changed;
    }

    private static OperatorEntry entry(Instant from, long nano) {
        return new OperatorEntry(MODEL, terms(nano, nano), from, "raw");
    }

    private static PricePublished version(Instant from, long nano) {
        return version(from, nano, FILE);
    }

    private static PricePublished version(Instant from, long nano, String url) {
        return new PricePublished(
                MODEL.provider(),
                MODEL.model(),
                from,
                PricePublished.OPERATOR,
                terms(nano, nano),
                true,
                null,
                url,
                "raw");
    }
}
