package tekton.budget.poller.feed;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import tekton.budget.catalogue.BuiltInPrices;
import tekton.budget.event.PricePublished;
import tekton.budget.poller.reconcile.KnownFindings;
import tekton.budget.poller.reconcile.KnownPrices;
import tekton.budget.poller.reconcile.Reconciliation;
import tekton.budget.poller.reconcile.SourceQuotes;
import tekton.budget.poller.source.BuiltInSource;
import tekton.budget.pricing.PriceBook;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The first poll of a new installation with the real price map and the built-in prices behind it.
 *
 * @param list the price map
 * @param sources what both say
 * @param book what is known after the poll
 */
record RealPoll(JsonNode list, List<SourceQuotes> sources, PriceBook book) {

    /** When what the poll has published holds, epoch milliseconds. */
    static final long LATER_MS = Instant.parse("2026-11-28T12:01:00Z").toEpochMilli();

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private static final Path FILE =
            Path.of(System.getProperty("user.dir"))
                    .resolve("../../shared/prices/litellm_model_prices.json")
                    .normalize();

    /** The poll; the test is skipped where the price map is not. */
    static RealPoll make() throws IOException, UnreadableFeedException {
        assumeTrue(Files.exists(FILE), "skipped: the real price map is not at " + FILE);
        byte[] bytes = Files.readAllBytes(FILE);
        KnownPrices prices = new KnownPrices();
        BuiltInPrices.load().forEach(prices::add);
        List<SourceQuotes> sources =
                List.of(
                        new SourceQuotes("litellm", 90, "litellm", new LiteLlmFeed().read(bytes)),
                        new SourceQuotes(
                                BuiltInPrices.SOURCE,
                                70,
                                "built-in",
                                new BuiltInSource(InstantSource.fixed(NOW)).read().reading()));
        List<PricePublished> all = new ArrayList<>(BuiltInPrices.load());
        all.addAll(
                new Reconciliation(sources, prices, new KnownFindings(), 10, NOW)
                        .changes()
                        .prices());
        return new RealPoll(JsonMapper.shared().readTree(bytes), sources, PriceBook.of(all));
    }
}
