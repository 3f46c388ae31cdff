package tekton.budget.poller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.catalogue.BuiltInPrices;
import tekton.budget.event.PricePublished;
import tekton.budget.event.RateCell;
import tekton.budget.poller.feed.LiteLlmFeed;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.feed.Quote;
import tekton.budget.poller.reconcile.KnownFindings;
import tekton.budget.poller.reconcile.KnownPrices;
import tekton.budget.poller.reconcile.Reconciliation;
import tekton.budget.poller.reconcile.SourceQuotes;
import tekton.budget.poller.source.BuiltInSource;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.ServiceTier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the real price map and the built-in prices know together, everyone can be charged by. */
class RealListCoverageTest {

    private static final Path FILE =
            Path.of(System.getProperty("user.dir"))
                    .resolve("../../shared/prices/litellm_model_prices.json")
                    .normalize();

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final long LATER_MS = NOW.plusSeconds(60).toEpochMilli();

    private static byte[] bytes = {};
    private static List<SourceQuotes> sources = List.of();
    private static final List<PricePublished> PUBLISHED = new ArrayList<>();
    private static PriceBook book = PriceBook.EMPTY;

    @BeforeAll
    static void poll() throws Exception {
        assumeTrue(Files.exists(FILE), "skipped: the real price map is not at " + FILE);
        bytes = Files.readAllBytes(FILE);
        KnownPrices prices = new KnownPrices();
        BuiltInPrices.load().forEach(prices::add);
        sources =
                List.of(
                        new SourceQuotes("litellm", 90, "litellm", new LiteLlmFeed().read(bytes)),
                        new SourceQuotes(
                                BuiltInPrices.SOURCE,
                                70,
                                "built-in",
                                new BuiltInSource(InstantSource.fixed(NOW)).read().reading()));
        PUBLISHED.addAll(
                new Reconciliation(sources, prices, new KnownFindings(), 10, NOW)
                        .changes()
                        .prices());
        List<PricePublished> all = new ArrayList<>(BuiltInPrices.load());
        all.addAll(PUBLISHED);
        book = PriceBook.of(all);
        Path report = Path.of("target", "litellm-coverage.txt");
        Files.createDirectories(report.getParent());
        Files.write(report, List.of(coverage().toString()));
    }

    /** The list's own names, as a program that uses LiteLLM would report them. */
    @Test
    void shouldFindEveryModelThatItsListPrices() {
        List<String> lost = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : entries()) {
            boolean priced =
                    sources.getFirst().reading().quotes().stream()
                            .anyMatch(quote -> quote.model().model().equals(modelOf(entry)));
            if (priced && match(entry).isEmpty()) {
                lost.add(entry.getKey());
            }
        }
        assertThat(lost).isEmpty();
    }

    /** Whatever a source says of the very price that is in force is in that price. */
    @Test
    void shouldRateNoTierAndNoClassAsIfNobodyKnewIt() {
        List<String> lost = new ArrayList<>();
        for (SourceQuotes source : sources) {
            for (Quote quote : source.reading().quotes()) {
                lost.addAll(lost(source.name(), quote));
            }
        }
        assertThat(lost)
                .allMatch(
                        figure ->
                                // Tiers that are other models' prices, or a decimal point astray.
                                figure.startsWith("litellm openai/ft:babbage-002 batch.")
                                        || figure.startsWith("litellm openai/ft:davinci-002 batch.")
                                        || figure.equals("litellm openai/gpt-5-nano priority.input")
                                        // An hour's cache write at twelve times its price.
                                        || figure.equals(
                                                "litellm anthropic/claude-3-haiku-20240307"
                                                        + " cache_write_1h"));
    }

    private static List<String> lost(String source, Quote quote) {
        ModelKey model = quote.model();
        Optional<PriceMatch> match = book.match(model.provider(), model.model(), LATER_MS);
        if (match.isEmpty()) {
            return List.of(source + ' ' + model);
        }
        SortedMap<RateCell, Long> inForce = match.get().price().terms().figures();
        SortedMap<RateCell, Long> said = quote.terms().figures();
        boolean samePrice =
                said.entrySet().stream()
                        .filter(figure -> figure.getKey().isBase())
                        .allMatch(figure -> figure.getValue().equals(inForce.get(figure.getKey())));
        return samePrice
                ? said.keySet().stream()
                        .filter(cell -> !inForce.containsKey(cell))
                        .map(cell -> source + ' ' + model + ' ' + cell.path())
                        .toList()
                : List.of();
    }

    /** How many of the list's entries are priced, and how many of them in each service tier. */
    private static SortedMap<String, Integer> coverage() {
        SortedMap<String, Integer> coverage = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : entries()) {
            coverage.merge("entries", 1, Integer::sum);
            match(entry)
                    .ifPresent(
                            match -> {
                                coverage.merge("priced", 1, Integer::sum);
                                for (ServiceTier tier :
                                        match.price().terms().otherTiers().keySet()) {
                                    coverage.merge("priced in " + tier.wireName(), 1, Integer::sum);
                                }
                            });
        }
        return coverage;
    }

    private static Optional<PriceMatch> match(Map.Entry<String, JsonNode> entry) {
        return book.match(
                entry.getValue().get("litellm_provider").stringValue(), entry.getKey(), LATER_MS);
    }

    private static String modelOf(Map.Entry<String, JsonNode> entry) {
        String prefix = entry.getValue().get("litellm_provider").stringValue() + '/';
        return entry.getKey().startsWith(prefix)
                ? entry.getKey().substring(prefix.length())
                : entry.getKey();
    }

    private static List<Map.Entry<String, JsonNode>> entries() {
        return JsonMapper.shared().readTree(bytes).properties().stream()
                .filter(entry -> entry.getValue().path("litellm_provider").isString())
                .filter(entry -> !entry.getKey().equals("sample_spec"))
                .toList();
    }
}
