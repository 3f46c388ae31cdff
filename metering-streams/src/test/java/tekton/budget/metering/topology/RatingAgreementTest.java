package tekton.budget.metering.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContext;
import tekton.budget.event.UsageReported;
import tekton.budget.metering.query.Prices;
import tekton.budget.pricing.Charge;
import tekton.budget.pricing.PriceBook;
import tekton.budget.serde.UsageWriter;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.TokenDetails;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What the edge answered is what the topology counts, on every call of a real trace, while prices
 * change under both: new versions, an operator's prices, ends, snapshots that get a price of their
 * own. Each side has read the price topic to a place of its own.
 */
class RatingAgreementTest {

    private static final List<ServiceTier> TIERS = List.of(ServiceTier.values());
    private static final Path TRACES = Path.of("..", "..", "shared", "traces");

    private static final MeteringTopology.Shape SHAPE =
            new MeteringTopology.Shape(1, 1, Duration.ofHours(24), true);

    /** How far ahead prices are published; what anybody is behind is less. */
    private static final long LEAD_MS = 10_000;

    private static final List<String> NAMES =
            List.of(
                    "openai/m",
                    "openai/m-2026-01-01",
                    "openai/m-2026-06-01",
                    "openai/m-latest",
                    "google/m",
                    "gemini/m",
                    "openrouter/openai/m",
                    "openrouter/openai/m:free",
                    "nobody/nothing");

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    @TempDir Path directory;

    private record Call(long atMs, long input, long output) {}

    /** A version, and when it came into the price topic. */
    private record Publication(long publishedAtMs, PricePublished price) {}

    @ParameterizedTest
    @ValueSource(strings = {"AzureLLMInferenceTrace_code.csv", "AzureLLMInferenceTrace_conv.csv"})
    void shouldCountWhatTheEdgeHasAnswered(String trace) throws IOException {
        Path file = TRACES.resolve(trace);
        assumeTrue(
                Files.exists(file),
                "the public traces are not beside the project: " + file.toAbsolutePath());
        List<Call> calls = Files.readAllLines(file).stream().skip(1).map(this::call).toList();
        Random random = new Random(calls.size());
        List<Publication> publications = publications(random, calls);
        MovingPrices prices = new MovingPrices(publications);
        List<Charge> answered = new ArrayList<>();
        List<Long> arrivals = new ArrayList<>();
        List<TestRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            long arrivalMs = calls.get(i).atMs();
            UsageReported usage = usage(random, "r-" + i, calls.get(i));
            Charge charge =
                    prices.asOf(arrivalMs - random.nextLong(LEAD_MS))
                            .charge(usage, usage.timestampMs(arrivalMs));
            answered.add(charge);
            arrivals.add(arrivalMs);
            records.add(
                    new TestRecord<>(
                            "c".getBytes(StandardCharsets.UTF_8),
                            UsageWriter.write(usage.stamped(arrivalMs, charge.pricingVersion())),
                            Instant.ofEpochMilli(arrivalMs)));
        }

        Instant start = Instant.ofEpochMilli(arrivals.getFirst());
        try (TopologyHarness metering = new TopologyHarness(directory, start, SHAPE, prices)) {
            for (int i = 0; i < records.size(); i++) {
                prices.nowIs(arrivals.get(i), random.nextLong(LEAD_MS));
                metering.report(List.of(records.get(i)));
                JsonNode rated = JSON.readTree(metering.rated().getFirst());
                assertThat(rated.get("total_cost").decimalValue())
                        .isEqualByComparingTo(answered.get(i).total().toBigDecimal());
                assertThat(rated.get("pricing_version").stringValue(null))
                        .isEqualTo(answered.get(i).pricingVersion());
            }
            assertThat(metering.context("c").cost())
                    .isEqualTo(
                            answered.stream().map(Charge::total).reduce(Money.ZERO, Money::plus));
        }
        assertThat(answered).as("some are unpriced, some are not").anyMatch(Charge::unpriced);
        assertThat(answered.stream().map(Charge::pricingVersion).distinct().count())
                .as("versions that rated something")
                .isGreaterThan(20);
    }

    /** The prices of whoever has read as far as a test says. */
    private static final class MovingPrices implements Prices {

        private final List<Publication> publications;
        private final List<PriceBook> books = new ArrayList<>();
        private PriceBook current = PriceBook.EMPTY;
        private PriceBook caughtUp = PriceBook.EMPTY;

        private MovingPrices(List<Publication> publications) {
            this.publications = publications;
            for (int read = 0; read <= publications.size(); read++) {
                books.add(
                        PriceBook.of(
                                publications.subList(0, read).stream()
                                        .map(Publication::price)
                                        .toList()));
            }
        }

        private PriceBook asOf(long publishedUntilMs) {
            int read = 0;
            while (read < publications.size()
                    && publications.get(read).publishedAtMs() <= publishedUntilMs) {
                read++;
            }
            return books.get(read);
        }

        private void nowIs(long nowMs, long behindMs) {
            current = asOf(nowMs - behindMs);
            caughtUp = asOf(nowMs);
        }

        @Override
        public PriceBook current() {
            return current;
        }

        @Override
        public PriceBook caughtUp() {
            return caughtUp;
        }
    }

    private static List<Publication> publications(Random random, List<Call> calls) {
        long firstMs = calls.getFirst().atMs();
        long spanMs = calls.getLast().atMs() - firstMs;
        List<Publication> publications = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            long publishedAtMs = firstMs - spanMs / 10 + random.nextLong(spanMs);
            String name = NAMES.get(random.nextInt(6));
            PricePublished price =
                    new PricePublished(
                            provider(name),
                            model(name),
                            Instant.ofEpochMilli(publishedAtMs + LEAD_MS),
                            random.nextInt(5) == 0 ? PricePublished.OPERATOR : "litellm",
                            terms(random),
                            true,
                            null,
                            null,
                            null);
            publications.add(new Publication(publishedAtMs, price));
            if (price.ofOperator()) {
                long endedAtMs = publishedAtMs + LEAD_MS + random.nextLong(spanMs / 4);
                publications.add(
                        new Publication(
                                endedAtMs,
                                price.endedAt(Instant.ofEpochMilli(endedAtMs + LEAD_MS))));
            }
        }
        publications.sort(Comparator.comparingLong(Publication::publishedAtMs));
        return publications;
    }

    private static PriceTerms terms(Random random) {
        long input = random.nextLong(RateClass.TOKEN_MAX);
        long output = random.nextLong(RateClass.TOKEN_MAX);
        return new PriceTerms(
                new TieredRates(
                        new Rates(input, output, input / 10, null, null),
                        List.of(
                                new LongContext(
                                        1 + random.nextLong(6_000),
                                        Rates.of(
                                                random.nextLong(RateClass.TOKEN_MAX),
                                                random.nextLong(RateClass.TOKEN_MAX))))),
                Map.of(
                        ServiceTier.BATCH,
                        TieredRates.flat(Rates.of(input / 2, output / 2)),
                        ServiceTier.PRIORITY,
                        TieredRates.flat(new Rates(Map.of(RateClass.REQUEST, input)))));
    }

    private static UsageReported usage(Random random, String id, Call call) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        long cached = random.nextLong(call.input() + 1);
        long cacheWrite = random.nextLong(call.input() - cached + 1);
        boolean late = random.nextInt(10) == 0;
        return new UsageReported(
                id,
                "c",
                "trace",
                provider(name),
                model(name),
                null,
                null,
                null,
                null,
                new TokenCounts(call.input(), call.output(), cached, cacheWrite, call.output() / 2),
                new TokenDetails(
                        cacheWrite / 2,
                        random.nextLong(call.input() - cached - cacheWrite + 1),
                        0,
                        0,
                        call.output() / 4),
                TIERS.get(random.nextInt(TIERS.size())),
                late ? call.atMs() - random.nextLong(1_800_000) : null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static String provider(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    private static String model(String name) {
        return name.substring(name.indexOf('/') + 1);
    }

    private Call call(String line) {
        String[] fields = line.split(",", -1);
        return new Call(
                LocalDateTime.parse(fields[0].replace(' ', 'T'))
                        .toInstant(ZoneOffset.UTC)
                        .toEpochMilli(),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]));
    }
}
