package tekton.budget.poller.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.event.RateCell;
import tekton.budget.poller.reconcile.SourceQuotes;
import tekton.budget.pricing.PriceBook;
import tekton.budget.pricing.PriceMatch;
import tekton.budget.value.Providers;
import tekton.budget.value.ServiceTier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the real price map and the built-in prices know together, everyone can be charged by. */
class RealListCoverageTest {

    private static JsonNode list = JsonMapper.shared().createObjectNode();
    private static List<SourceQuotes> sources = List.of();
    private static PriceBook book = PriceBook.EMPTY;

    @BeforeAll
    static void poll() throws Exception {
        RealPoll poll = RealPoll.make();
        list = poll.list();
        sources = poll.sources();
        book = poll.book();
        Path report = Path.of("target", "litellm-coverage.txt");
        Files.createDirectories(report.getParent());
        Files.write(report, List.of(coverage().toString()));
    }

    /** The list's own names, as a program that uses LiteLLM would report them. */
    @Test
    void shouldFindEveryModelThatItsListPrices() {
        Set<ModelKey> priced =
                sources.getFirst().reading().quotes().stream()
                        .map(Quote::model)
                        .collect(Collectors.toSet());

        assertThat(priced).hasSizeGreaterThan(2_400);
        assertThat(
                        entries().stream()
                                .filter(entry -> priced.contains(modelOf(entry)))
                                .filter(entry -> match(entry).isEmpty())
                                .map(Map.Entry::getKey))
                .isEmpty();
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
                                // Tiers that are other models' prices, a decimal point astray,
                                // and what the provider does not offer.
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
        Optional<PriceMatch> match = book.match(model.provider(), model.model(), RealPoll.LATER_MS);
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
                        .filter(cell -> !inForce.containsKey(cell) && !sizesDiffer(cell, inForce))
                        .map(cell -> source + ' ' + model + ' ' + cell.path())
                        .toList()
                : List.of();
    }

    /** True where the price in force has sizes of its own, such as above 199,999 for 200,000. */
    private static boolean sizesDiffer(RateCell cell, SortedMap<RateCell, Long> inForce) {
        return cell.above() != RateCell.ANY_SIZE
                && inForce.keySet().stream()
                        .anyMatch(at -> at.tier() == cell.tier() && at.above() > 0);
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
                entry.getValue().get("litellm_provider").stringValue(),
                entry.getKey(),
                RealPoll.LATER_MS);
    }

    private static ModelKey modelOf(Map.Entry<String, JsonNode> entry) {
        String provider = entry.getValue().get("litellm_provider").stringValue();
        return new ModelKey(
                Providers.canonical(provider), FeedNames.modelOfLiteLlm(entry.getKey(), provider));
    }

    private static List<Map.Entry<String, JsonNode>> entries() {
        return list.properties().stream()
                .filter(entry -> entry.getValue().path("litellm_provider").isString())
                .filter(entry -> !entry.getKey().equals("sample_spec"))
                .toList();
    }
}
