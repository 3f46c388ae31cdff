package tekton.budget.poller.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.poller.reconcile.Market.MODEL;
import static tekton.budget.poller.reconcile.Market.all;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceFault.FaultCode;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest.Reject;
import tekton.budget.event.PriceRequest.ReleasePrice;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateCell;
import tekton.budget.event.RateClass;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.feed.Quote;
import tekton.budget.value.ServiceTier;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Parts of prices: what another source lends, and what is doubted while the rest is believed. */
class PartsTest {

    private static final ModelKey DATED = new ModelKey("openai", "gpt-2026-03-01");

    @Test
    void shouldTakeAMissingTierAndClassFromTheNextSourceWithTheSameBase() {
        Market market =
                Market.usual()
                        .says("litellm", quote("input 100 output 200 priority.input 200"))
                        .says(
                                "built-in",
                                quote(
                                        "input 100 output 200 cached_input 10 batch.input 50"
                                                + " batch.output 100 batch.cached_input 5"
                                                + " priority.input 200 priority.cached_input 20"));

        PricePublished price = market.poll().prices().getFirst();

        assertThat(price.source()).isEqualTo("litellm");
        assertThat(said(price))
                .isEqualTo(
                        figures(
                                "input 100 output 200 cached_input 10 batch.input 50"
                                        + " batch.output 100 batch.cached_input 5 priority.input"
                                        + " 200 priority.cached_input 20"));
        assertThat(price.figureSources())
                .containsOnlyKeys(
                        "cached_input",
                        "batch.input",
                        "batch.output",
                        "batch.cached_input",
                        "priority.cached_input")
                .containsValue("built-in");
        assertThat(market.poll().isEmpty()).as("the same again").isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "input 101 output 200 batch.input 50",
        "input 100 output 199 batch.input 50",
    })
    void shouldTakeNothingFromWhoSpeaksOfAnotherPrice(String other) {
        Market market = Market.usual().says("litellm", 100, 200).says("built-in", quote(other));

        assertThat(said(market.poll().prices().getFirst()))
                .isEqualTo(figures("input 100 output 200"));
    }

    @Test
    void shouldNotMixTheClassesOfTiersThatDiffer() {
        Market market =
                Market.usual()
                        .says(
                                "litellm",
                                quote("input 100 output 200 batch.input 50 batch.output 100"))
                        .says(
                                "built-in",
                                quote(
                                        "input 100 output 200 batch.input 48 batch.output 100"
                                                + " batch.cached_input 5"));

        assertThat(said(market.poll().prices().getFirst()))
                .isEqualTo(figures("input 100 output 200 batch.input 50 batch.output 100"));
    }

    @Test
    void shouldTakeLongContextWholeOrClassByClass() {
        Market market =
                Market.usual()
                        .says("litellm", 100, 200)
                        .says(
                                "openrouter",
                                quote("input 100 output 200 above_9.input 150 above_9.output 300"))
                        .says(
                                "built-in",
                                quote(
                                        "input 100 output 200 above_9.input 150 above_9.output 300"
                                                + " cached_input 10 above_9.cached_input 15"
                                                + " above_9.cache_write 1 above_7.input 120"));

        PricePublished price = market.poll().prices().getFirst();

        assertThat(said(price))
                .isEqualTo(
                        figures(
                                "input 100 output 200 above_9.input 150 above_9.output 300"
                                        + " cached_input 10 above_9.cached_input 15"));
        assertThat(price.figureSources())
                .containsEntry("above_9.input", "openrouter")
                .containsEntry("above_9.cached_input", "built-in");
    }

    @Test
    void shouldLetAWitnessLend() {
        Market market =
                Market.usual()
                        .says("litellm", 100, 200)
                        .says(
                                "openrouter",
                                quote("input 100 output 200 cached_input 10")
                                        .bearingWitness(MODEL));

        assertThat(said(market.poll().prices().getFirst()))
                .isEqualTo(figures("input 100 output 200 cached_input 10"));
    }

    @Test
    void shouldGoOnWithWhatAnUnreadSourceHasLent() {
        Market market =
                Market.usual()
                        .says("litellm", 100, 200)
                        .says("built-in", quote("input 100 output 200 batch.input 50"));
        market.poll();

        assertThat(market.cannotBeRead("built-in").poll().isEmpty()).isTrue();
        assertThat(said(market.says("built-in", 100, 200).poll().prices().getFirst()))
                .as("read, and it says so no more")
                .isEqualTo(figures("input 100 output 200"));
    }

    @Test
    void shouldInheritFromTheModelsOtherNameAtTheSameBase() {
        Market market =
                Market.usual()
                        .says(
                                "litellm",
                                quote(
                                        "input 100 output 200 priority.input 170 priority.output"
                                                + " 340"),
                                Quote.of(DATED, terms("input 100 output 200 batch.input 50"), ""),
                                Quote.of(
                                        new ModelKey("openai", "gpt-2026-01-01"),
                                        terms("input 90 output 200"),
                                        ""));

        List<PricePublished> prices = market.poll().prices();

        assertThat(prices).hasSize(3);
        assertThat(said(price(prices, DATED)))
                .isEqualTo(
                        figures(
                                "input 100 output 200 batch.input 50 priority.input 170"
                                        + " priority.output 340"));
        assertThat(price(prices, DATED).figureSources())
                .containsOnlyKeys("priority.input", "priority.output")
                .containsValue("litellm openai/gpt");
        assertThat(said(price(prices, MODEL)))
                .as("and the undated name from the newest snapshot")
                .isEqualTo(
                        figures(
                                "input 100 output 200 batch.input 50 priority.input 170"
                                        + " priority.output 340"));
        assertThat(said(price(prices, new ModelKey("openai", "gpt-2026-01-01"))))
                .as("another base, another price")
                .isEqualTo(figures("input 90 output 200"));
        assertThat(market.poll().isEmpty()).isTrue();
    }

    @Test
    void shouldInheritFromAnotherDoorOfTheHouse() {
        ModelKey google = new ModelKey("google", "gemini-9");
        ModelKey vertex = new ModelKey("vertex_ai", "gemini-9");
        Market market =
                Market.usual()
                        .says("litellm", Quote.of(vertex, terms("input 100 output 200"), ""))
                        .says(
                                "built-in",
                                Quote.of(google, terms("input 100 output 200 batch.input 50"), ""))
                        .published(
                                new PricePublished(
                                        "google",
                                        "gemini-9",
                                        Instant.EPOCH,
                                        "built-in",
                                        terms("input 100 output 200 batch.input 50"),
                                        true,
                                        null,
                                        null,
                                        null));

        assertThat(price(market.poll().prices(), vertex).figureSources())
                .containsExactly(Map.entry("batch.input", "built-in google/gemini-9"));
    }

    @ParameterizedTest
    @CsvSource({
        "batch.input 50, true",
        "batch.input 100, true",
        "batch.input 25, true",
        "batch.input 24, false",
        "batch.input 101, false",
        "batch.input 0, false",
        "flex.output 201, false",
        "flex.cached_input 5, true", // the standard says nothing of that class
        "priority.input 100, true",
        "priority.input 400, true",
        "priority.input 99, false",
        "priority.input 401, false",
        "priority.above_9.input 300, true",
        "priority.above_9.input 601, false",
    })
    void shouldDoubtATierWithoutTheModel(String tier, boolean believed) {
        String base = "input 100 output 200 above_9.input 150";
        Market market = Market.usual().says("litellm", quote(base + " " + tier));

        Changes changes = market.poll();

        assertThat(said(changes.prices().getFirst()))
                .isEqualTo(figures(believed ? base + " " + tier : base));
        assertThat(all(changes, Quarantined.class)).hasSize(believed ? 0 : 1);
        all(changes, Quarantined.class)
                .forEach(
                        held -> {
                            assertThat(held.faults())
                                    .extracting(PriceFault::code)
                                    .containsExactly(FaultCode.TIER_IMPLAUSIBLE);
                            assertThat(said(held.proposed())).isEqualTo(figures(base + " " + tier));
                        });
        assertThat(market.poll().isEmpty()).isTrue();
    }

    @Test
    void shouldBelieveTheProvidersPageAboutATier() {
        String base = "input 100 output 200";
        Market market =
                Market.usual()
                        .says("litellm", quote(base + " priority.input 200 priority.output 400"))
                        .says(
                                "built-in",
                                Quote.ofPage(
                                        MODEL,
                                        terms(base + " priority.input 250 priority.output 500"),
                                        "https://provider/pricing"));

        Changes changes = market.poll();

        assertThat(said(changes.prices().getFirst()))
                .isEqualTo(figures(base + " priority.input 250 priority.output 500"));
        assertThat(changes.prices().getFirst().figureSources())
                .containsOnlyKeys("priority.input", "priority.output")
                .containsValue("built-in");
        Quarantined held = all(changes, Quarantined.class).getFirst();
        assertThat(held.source()).isEqualTo("litellm");
        assertThat(held.faults().getFirst())
                .isEqualTo(
                        new PriceFault(
                                FaultCode.PAGE_DIFFERS,
                                "priority.input: 0.0000002 USD, while built-in says 0.00000025 by"
                                        + " https://provider/pricing"));

        market.take(market.requests().release(new ReleasePrice("r1", held.id())));

        market.poll();
        assertThat(said(market.prices.latest(MODEL)))
                .as("an operator knows better")
                .isEqualTo(figures(base + " priority.input 200 priority.output 400"));
        assertThat(market.poll().isEmpty()).isTrue();
    }

    @Test
    void shouldNotAskAgainAboutARejectedTier() {
        Market market = Market.usual().says("litellm", quote("input 100 output 200 batch.input 1"));
        Quarantined held = all(market.poll(), Quarantined.class).getFirst();

        market.take(market.requests().reject(new Reject("r1", held.id())));

        assertThat(market.poll().isEmpty()).isTrue();
        assertThat(said(market.prices.latest(MODEL))).isEqualTo(figures("input 100 output 200"));
    }

    @Test
    void shouldKeepAClassThatHasChangedTooMuchAndTakeTheRest() {
        Market market =
                Market.usual()
                        .says(
                                "litellm",
                                quote("input 100 output 200 cached_input 10 batch.input 50"));
        market.poll();

        Changes changes =
                market.says(
                                "litellm",
                                quote("input 100 output 200 cached_input 101 batch.input 40"))
                        .poll();

        assertThat(said(changes.prices().getFirst()))
                .isEqualTo(figures("input 100 output 200 cached_input 10 batch.input 40"));
        assertThat(changes.prices().getFirst().figureSources()).isEmpty();
        assertThat(all(changes, Quarantined.class))
                .singleElement()
                .satisfies(
                        held ->
                                assertThat(held.faults())
                                        .containsExactly(
                                                new PriceFault(
                                                        FaultCode.CHANGED_TOO_MUCH,
                                                        "cached_input: 0.000000101 USD instead of"
                                                                + " 0.00000001 (expected: a change"
                                                                + " of at most 10 times)")));
        assertThat(market.poll().isEmpty()).isTrue();
    }

    @Test
    void shouldHoldWhatAListLeavesOutOfAPrice() {
        Market market =
                Market.usual()
                        .says(
                                "litellm",
                                new Quote(
                                        MODEL,
                                        terms("input 100 output 200"),
                                        "{\"cached\":\"?\"}",
                                        false,
                                        null,
                                        List.of(
                                                new PriceFault(
                                                        FaultCode.CONTRADICTORY, "cached: 1, 2")),
                                        Set.of(cell("cached_input"))))
                        .says("built-in", quote("input 100 output 200 cached_input 10"));

        Changes changes = market.poll();

        assertThat(said(changes.prices().getFirst()))
                .isEqualTo(figures("input 100 output 200 cached_input 10"));
        assertThat(all(changes, Quarantined.class))
                .singleElement()
                .matches(held -> held.proposed() == null);
    }

    @ParameterizedTest
    @CsvSource({
        // The base changes with it.
        "input 100 output 200 cached_input 10, input 110 output 200 cached_input 1000,"
                + " input 110 output 200 cached_input 10",
        // One of the two figures of a size.
        "input 3 output 15 above_9.input 6 above_9.output 22,"
                + " input 3 output 15 above_9.input 600 above_9.output 22,"
                + " input 3 output 15 above_9.input 6 above_9.output 22",
    })
    void shouldKeepWhatHoldsHoweverOftenItIsAskedAndWhateverElseChanges(
            String before, String after, String kept) {
        Market market = Market.usual().says("litellm", quote(before));
        market.poll();
        market.says("litellm", quote(after));
        for (int poll = 0; poll < 3; poll++) {
            market.poll();

            assertThat(said(market.prices.latest(MODEL))).isEqualTo(figures(kept));
            assertThat(market.findings.quarantined()).hasSize(1);
        }
    }

    @Test
    void shouldKeepWhatALenderHadLentWhenItSaysAnAbsurdity() {
        Market market =
                Market.usual()
                        .says("litellm", 100, 200)
                        .says(
                                "openrouter",
                                quote("input 100 output 200 cached_input 10")
                                        .bearingWitness(MODEL));
        market.poll();
        market.says(
                "openrouter",
                quote("input 100 output 200 cached_input 1000").bearingWitness(MODEL));
        market.poll();

        assertThat(market.poll().isEmpty()).isTrue();
        assertThat(said(market.prices.latest(MODEL)))
                .isEqualTo(figures("input 100 output 200 cached_input 10"));
    }

    @Test
    void shouldKeepWhatHoldsWhereAListHasSpoiltItsFigures() {
        String before = "input 100 output 200 cached_input 10 batch.input 50 batch.output 100";
        Market market = Market.usual().says("litellm", quote(before));
        market.poll();

        Changes changes =
                market.says(
                                "litellm",
                                new Quote(
                                        MODEL,
                                        terms("input 100 output 200 batch.output 100"),
                                        "{}",
                                        false,
                                        null,
                                        List.of(new PriceFault(FaultCode.NEGATIVE, "-1")),
                                        Set.of(cell("cached_input"), cell("batch.input"))))
                        .poll();

        assertThat(changes.prices()).isEmpty();
        assertThat(said(market.prices.latest(MODEL))).isEqualTo(figures(before));
        assertThat(all(changes, Quarantined.class)).hasSize(1);
    }

    @Test
    void shouldTakeNothingMoreFromASourceThatIsNotConfigured() {
        Market market =
                Market.usual()
                        .says("litellm", 100, 200)
                        .says("built-in", quote("input 100 output 200 batch.input 50"));
        market.poll();

        assertThat(said(market.without("built-in").poll().prices().getFirst()))
                .isEqualTo(figures("input 100 output 200"));
    }

    @Test
    void shouldNotHaveLentBackWhatItHasLentItself() {
        Market market =
                Market.usual()
                        .says(
                                "litellm",
                                quote("input 100 output 200 batch.input 50"),
                                Quote.of(DATED, terms("input 100 output 200"), ""));
        market.poll();

        assertThat(said(market.says("litellm", 100, 200).poll().prices().getFirst()))
                .isEqualTo(figures("input 100 output 200"));
    }

    private static PricePublished price(List<PricePublished> prices, ModelKey model) {
        return prices.stream()
                .filter(p -> new ModelKey(p.provider(), p.model()).equals(model))
                .findFirst()
                .orElseThrow();
    }

    private static SortedMap<RateCell, Long> said(PricePublished price) {
        return price.terms().figures();
    }

    private static Quote quote(String figures) {
        return Quote.of(MODEL, terms(figures), figures);
    }

    private static PriceTerms terms(String figures) {
        return PriceTerms.of(figures(figures));
    }

    /** FigureRules as {@code path nano-USD path nano-USD …}. */
    private static SortedMap<RateCell, Long> figures(String text) {
        SortedMap<RateCell, Long> figures = new TreeMap<>();
        String[] words = text.split(" ", -1);
        for (int i = 0; i < words.length; i += 2) {
            figures.put(cell(words[i]), Long.parseLong(words[i + 1]) * 1_000);
        }
        return figures;
    }

    private static RateCell cell(String path) {
        ServiceTier tier = ServiceTier.STANDARD;
        long above = RateCell.ANY_SIZE;
        String[] parts = path.split("\\.", -1);
        for (int i = 0; i < parts.length - 1; i++) {
            if (parts[i].startsWith("above_")) {
                above = Long.parseLong(parts[i].substring(6));
            } else {
                tier = ServiceTier.parse(parts[i]).orElseThrow();
            }
        }
        RateCell cell =
                new RateCell(
                        tier,
                        above,
                        RateClass.valueOf(parts[parts.length - 1].toUpperCase(Locale.ROOT)));
        assertThat(cell.path()).isEqualTo(path);
        return cell;
    }
}
