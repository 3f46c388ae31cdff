package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import tekton.budget.event.PriceStatus.SourceState;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the documentation says of metrics is what there is. */
class MetricsDocsIT {

    private static final Path DOCS = Path.of("..", "docs");

    private static final Pattern NAME =
            Pattern.compile("\\b(?:budget|jvm|process|system)_[a-z0-9_]+");

    /** What needs a collection of garbage first. */
    private static final Set<String> LATER = Set.of("jvm_gc_pause_seconds");

    private static PrometheusText scrape;

    @BeforeAll
    static void start() throws Exception {
        FakePriceClient desk = new FakePriceClient();
        desk.statuses.add(
                new SourceState(
                        "litellm",
                        "there",
                        null,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        7,
                        0,
                        0,
                        new TreeMap<>()));
        try (Api api = Api.start(new FakeMetering().withoutKafka(), desk)) {
            Api.await(
                    () -> {
                        scrape = new PrometheusText(api.get("/metrics").body());
                        return scrape.sum("budget_stream_lag_records") > 0
                                && scrape.sum("budget_http_requests_total") > 0;
                    });
        }
    }

    @Test
    void shouldHaveALineForEveryMetricAndNoOther() throws IOException {
        Set<String> told =
                Files.readAllLines(DOCS.resolve("metrics.md")).stream()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.substring(3, line.indexOf('`', 3)))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(told)
                .containsExactlyElementsOf(
                        scrape.types.keySet().stream()
                                .filter(name -> name.startsWith("budget_"))
                                .filter(name -> !name.endsWith("_max"))
                                .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void shouldKnowTheMetricsOfTheProcess() throws IOException {
        String page = Files.readString(DOCS.resolve("metrics.md"));

        assertThat(names(page).stream().filter(name -> !name.startsWith("budget_")))
                .isNotEmpty()
                .allMatch(name -> scrape.types.containsKey(name) || LATER.contains(name));
    }

    @Test
    void shouldAlertOnMetricsThatThereAre() throws IOException {
        Set<String> samples =
                scrape.samples.stream()
                        .map(PrometheusText.Sample::name)
                        .collect(Collectors.toSet());
        List<Map<String, Object>> rules = rules();

        assertThat(rules).hasSizeGreaterThan(10);
        assertThat(rules).extracting(rule -> rule.get("alert")).doesNotHaveDuplicates();
        assertThat(rules)
                .allSatisfy(
                        rule -> {
                            String expression = (String) rule.get("expr");
                            assertThat(names(expression)).isNotEmpty().isSubsetOf(samples);
                            assertThat(expression.chars().filter(c -> c == '(').count())
                                    .isEqualTo(expression.chars().filter(c -> c == ')').count());
                            assertThat((Map<?, ?>) rule.get("labels")).hasSize(1);
                            assertThat(((Map<?, ?>) rule.get("labels")).get("severity"))
                                    .isIn("info", "warning", "critical");
                            assertThat(
                                            (String)
                                                    ((Map<?, ?>) rule.get("annotations"))
                                                            .get("summary"))
                                    .isNotBlank();
                            assertThat(String.valueOf(rule.getOrDefault("for", "1m")))
                                    .matches("[0-9]+[mhd]");
                        });
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rules() throws IOException {
        Map<String, List<Map<String, Object>>> file =
                new Yaml().load(Files.readString(DOCS.resolve("prometheus-alerts.yml")));
        List<Map<String, Object>> rules = new ArrayList<>();
        file.get("groups")
                .forEach(group -> rules.addAll((List<Map<String, Object>>) group.get("rules")));
        return rules;
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(found -> found.group()).collect(Collectors.toSet());
    }
}
