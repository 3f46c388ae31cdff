package tekton.budget.poller.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.event.PriceFault;
import tekton.budget.event.RateClass;
import tekton.budget.event.TieredRates;
import tekton.budget.poller.feed.FeedReading.Faulty;
import tekton.budget.value.ServiceTier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The real price map, read whole, from {@code ../shared/prices} beside the checkout; a report of
 * what became of it goes to {@code target/litellm-report.txt}.
 */
class RealLiteLlmFileTest {

    private static final Path FILE =
            Path.of(System.getProperty("user.dir"))
                    .resolve("../../shared/prices/litellm_model_prices.json")
                    .normalize();

    private static byte[] bytes = {};
    private static FeedReading reading;

    @BeforeAll
    static void read() throws Exception {
        assumeTrue(Files.exists(FILE), "skipped: the real price map is not at " + FILE);
        bytes = Files.readAllBytes(FILE);
        reading = new LiteLlmFeed().read(bytes);
        Path report = Path.of("target", "litellm-report.txt");
        Files.createDirectories(report.getParent());
        Files.write(report, report());
    }

    @Test
    void shouldAccountForEveryModel() {
        JsonNode file = JsonMapper.shared().readTree(bytes);
        long twice = 39;

        assertThat(reading.quotes().size() + reading.faulty().size() + reading.unread().size())
                .isEqualTo((int) (file.size() - twice));
        assertThat(reading.quotes()).hasSizeGreaterThan(2_300);
    }

    @Test
    void shouldNotBelieveTheEntriesThatAreAHundredThousandTimesTooHigh() {
        assertThat(reading.faulty())
                .filteredOn(faulty -> faulty.model().provider().equals("wandb"))
                .hasSize(13)
                .allSatisfy(
                        faulty ->
                                assertThat(faulty.faults())
                                        .isNotEmpty()
                                        .allSatisfy(
                                                fault ->
                                                        assertThat(fault.code())
                                                                .isEqualTo(
                                                                        PriceFault.FaultCode
                                                                                .IMPLAUSIBLE)));
        assertThat(quotes("wandb/")).hasSize(3);
    }

    @Test
    void shouldNameEveryPriceClassThatIsNotRead() {
        JsonNode file = JsonMapper.shared().readTree(bytes);
        List<String> lost = new ArrayList<>();
        file.properties().stream()
                .filter(entry -> entry.getValue().has("litellm_provider"))
                .filter(entry -> !entry.getKey().equals("sample_spec"))
                .forEach(
                        entry ->
                                entry.getValue().propertyNames().stream()
                                        .filter(field -> field.contains("cost"))
                                        .filter(field -> LiteLlmFields.cell(field) == null)
                                        .filter(f -> !reading.unsupportedClasses().containsKey(f))
                                        .forEach(lost::add));

        assertThat(lost).isEmpty();
        assertThat(reading.unsupportedClasses())
                .containsEntry("output_cost_per_image", 129)
                .containsEntry("search_context_cost_per_query", 171)
                .containsKeys(
                        "input_dbu_cost_per_token", "regional_processing_uplift_multiplier_eu");
    }

    @Test
    void shouldReadTiersServicesAndParts() {
        Quote gpt = quote("openai/gpt-5.6");
        TieredRates standard = gpt.terms().standard();

        assertThat(standard.rates().byClass())
                .containsEntry(RateClass.INPUT, 5_000_000L)
                .containsEntry(RateClass.OUTPUT, 30_000_000L)
                .containsEntry(RateClass.CACHED_INPUT, 500_000L)
                .containsEntry(RateClass.CACHE_WRITE, 6_250_000L);
        assertThat(standard.longContext())
                .singleElement()
                .satisfies(
                        above -> {
                            assertThat(above.aboveInputTokens()).isEqualTo(272_000);
                            assertThat(above.rates().byClass())
                                    .containsEntry(RateClass.INPUT, 10_000_000L)
                                    .containsEntry(RateClass.OUTPUT, 45_000_000L);
                        });
        assertThat(gpt.terms().otherTiers()).containsKeys(ServiceTier.FLEX, ServiceTier.PRIORITY);
        assertThat(quote("anthropic/claude-sonnet-4-5").terms().standard().rates().byClass())
                .containsEntry(RateClass.CACHE_WRITE, 3_750_000L)
                .containsEntry(RateClass.CACHE_WRITE_1H, 6_000_000L);
        assertThat(quote("dashscope/qwen3-coder-plus").terms().standard().longContext())
                .extracting(TieredRates.LongContextRates::aboveInputTokens)
                .containsExactly(32_000L, 128_000L, 256_000L);
        assertThat(
                        quote("databricks/databricks-claude-sonnet-4")
                                .terms()
                                .standard()
                                .rates()
                                .input())
                .as("0.0000029999900000000002 rounded half-even once")
                .isEqualTo(2_999_990L);
    }

    private static Quote quote(String model) {
        return quotes(model).stream()
                .filter(quote -> quote.model().toString().equals(model))
                .findFirst()
                .orElseThrow(() -> new AssertionError(model));
    }

    private static List<Quote> quotes(String beginning) {
        return reading.quotes().stream()
                .filter(quote -> quote.model().toString().startsWith(beginning))
                .toList();
    }

    private static List<String> report() {
        List<String> lines = new ArrayList<>();
        lines.add("read: " + reading.quotes().size());
        lines.add("quarantined: " + reading.faulty().size());
        lines.add("without a price that is understood: " + reading.unread().size());
        lines.add("");
        lines.add("Quarantined:");
        reading.faulty().stream()
                .sorted(Comparator.comparing(Faulty::model))
                .forEach(
                        f ->
                                f.faults()
                                        .forEach(
                                                fault ->
                                                        lines.add(
                                                                "  %s: %s: %s"
                                                                        .formatted(
                                                                                f.model(),
                                                                                fault.code()
                                                                                        .wireName(),
                                                                                fault.message()))));
        lines.add("");
        lines.add("Without a price that is understood:");
        Map<String, List<String>> byReason =
                reading.unread().stream()
                        .collect(
                                Collectors.groupingBy(
                                        FeedReading.Unread::reason,
                                        TreeMap::new,
                                        Collectors.mapping(
                                                FeedReading.Unread::name, Collectors.toList())));
        byReason.forEach(
                (reason, names) ->
                        lines.add("  %s (%d): %s".formatted(reason, names.size(), names)));
        lines.add("");
        lines.add("Price classes that are not read, and how many entries have them:");
        reading.unsupportedClasses().forEach((name, n) -> lines.add("  " + name + ": " + n));
        lines.add("");
        lines.add("Assumptions:");
        reading.assumptions().forEach((what, n) -> lines.add("  " + what + ": " + n));
        return lines;
    }
}
