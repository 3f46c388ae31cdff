package tekton.budget.poller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import tekton.budget.catalogue.BuiltInPrices;
import tekton.budget.event.PriceStatus.Disagreement;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.poller.feed.LiteLlmFeed;
import tekton.budget.poller.reconcile.Changes;
import tekton.budget.poller.reconcile.KnownFindings;
import tekton.budget.poller.reconcile.KnownPrices;
import tekton.budget.poller.reconcile.Reconciliation;
import tekton.budget.poller.reconcile.SourceQuotes;
import tekton.budget.poller.source.BuiltInSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The first poll of a new installation with the real price map, and the second. */
class RealFirstPollTest {

    private static final Path FILE =
            Path.of(System.getProperty("user.dir"))
                    .resolve("../../shared/prices/litellm_model_prices.json")
                    .normalize();

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void shouldPublishWhatIsPlausibleOnceBesideTheBuiltInPrices() throws Exception {
        assumeTrue(Files.exists(FILE), "skipped: the real price map is not at " + FILE);
        KnownPrices prices = new KnownPrices();
        BuiltInPrices.load().forEach(prices::add);
        KnownFindings findings = new KnownFindings();
        List<SourceQuotes> sources =
                List.of(
                        new SourceQuotes(
                                "litellm",
                                90,
                                "https://litellm",
                                new LiteLlmFeed().read(Files.readAllBytes(FILE))),
                        new SourceQuotes(
                                BuiltInPrices.SOURCE,
                                70,
                                "built-in",
                                new BuiltInSource(InstantSource.fixed(NOW)).read().reading()));

        Changes first = new Reconciliation(sources, prices, findings, 10, NOW).changes();
        first.prices().forEach(prices::add);
        first.statuses().forEach(findings::put);
        Changes second =
                new Reconciliation(sources, prices, findings, 10, NOW.plusSeconds(3_600)).changes();

        assertThat(first.prices()).hasSizeBetween(2_300, 2_450);
        List<Quarantined> held =
                first.statuses().stream()
                        .filter(Quarantined.class::isInstance)
                        .map(Quarantined.class::cast)
                        .toList();
        // Figures that make no price, of models or of a class of two of them.
        assertThat(held.stream().filter(one -> one.proposed() == null)).hasSize(20);
        assertThat(held.stream().filter(one -> one.proposed() != null))
                .extracting(one -> one.model() + ' ' + one.faults().getFirst().code().wireName())
                .containsExactlyInAnyOrder(
                        // An hour's cache writes at twelve times their price.
                        "claude-3-haiku-20240307 changed_too_much",
                        // Tiers that are other models' prices, or a decimal point astray.
                        "ft:babbage-002 tier_implausible",
                        "ft:davinci-002 tier_implausible",
                        "gpt-5-nano tier_implausible",
                        // Priority as it was, or at the standard price.
                        "gpt-5.5 page_differs",
                        "gemini-2.5-pro page_differs");
        assertThat(first.statuses().stream().filter(Disagreement.class::isInstance))
                .map(Disagreement.class::cast)
                .extracting(Disagreement::model)
                .contains("gpt-4o")
                .hasSizeLessThan(15);
        assertThat(second.isEmpty()).isTrue();
    }
}
