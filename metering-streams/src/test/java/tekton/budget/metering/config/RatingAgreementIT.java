package tekton.budget.metering.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.codec.UsageWriter;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.event.UsageReported;
import tekton.budget.metering.CommittedReader;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.Prices;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.topology.MeteringTopology;
import tekton.budget.metering.usage.UsageRules;
import tekton.budget.pricing.Charge;
import tekton.budget.pricing.PriceBook;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Topics;
import tekton.budget.value.CellWidth;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What the edge answered is what the topology counts, on every call of a real trace, while prices
 * change under both: new versions, an operator's prices, ends, snapshots that get a price of their
 * own. Each side has read the price topic to a place of its own.
 */
class RatingAgreementIT {

    private static final List<ServiceTier> TIERS = List.of(ServiceTier.values());
    private static final Path TRACES = Path.of("..", "..", "shared", "traces");

    /** Records that are sent before one waits for all of them. */
    private static final int CHUNK = 500;

    private static final byte[] CONTEXT = "c".getBytes(StandardCharsets.UTF_8);

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

    /** What the edge answered, and the record as it then stands in the topic. */
    private record Answered(long arrivalMs, Charge charge, UsageReported usage) {

        String recordId() {
            return usage.recordId();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AzureLLMInferenceTrace_code.csv", "AzureLLMInferenceTrace_conv.csv"})
    void shouldCountWhatTheEdgeHasAnswered(String trace) throws Exception {
        Path file = TRACES.resolve(trace);
        assumeTrue(
                Files.exists(file),
                "the public traces are not beside the project: " + file.toAbsolutePath());
        List<Call> calls = calls(file);
        Random random = new Random(calls.size());
        MovingPrices prices = new MovingPrices(publications(random, calls));
        List<Answered> answered = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            answered.add(answer("r-" + i, calls.get(i), prices, random));
        }

        Map<String, JsonNode> rated = rate(answered, prices, random);

        assertThat(rated).hasSameSizeAs(answered);
        for (Answered each : answered) {
            JsonNode counted = rated.get(each.recordId());
            assertThat(counted).as(each.recordId()).isNotNull();
            assertThat(counted.get("total_cost").decimalValue())
                    .as(each.recordId())
                    .isEqualByComparingTo(each.charge().total().toBigDecimal());
            assertThat(counted.get("pricing_version").stringValue(null))
                    .as(each.recordId())
                    .isEqualTo(each.charge().pricingVersion());
        }
        assertThat(answered)
                .as("some are unpriced, some are not")
                .anyMatch(each -> each.charge().unpriced());
        assertThat(answered.stream().map(each -> each.charge().pricingVersion()).distinct().count())
                .as("versions that rated something")
                .isGreaterThan(20);
    }

    /** What an edge answers that has read the price topic to a place of its own. */
    private static Answered answer(String id, Call call, MovingPrices prices, Random random) {
        UsageReported usage = usage(random, id, call);
        Charge charge =
                prices.asOf(call.atMs() - random.nextLong(LEAD_MS))
                        .charge(usage, usage.timestampMs(call.atMs()));
        return new Answered(
                call.atMs(), charge, usage.stamped(call.atMs(), charge.pricingVersion()));
    }

    /** The records as the metering has counted them, by their ids. */
    private Map<String, JsonNode> rate(List<Answered> answered, MovingPrices prices, Random random)
            throws Exception {
        Map<String, JsonNode> rated = new HashMap<>();
        try (TestBroker broker = TestBroker.start()) {
            MeteringSettings settings = settings(broker.bootstrapServers());
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(client)) {
                TopicSetup.ensure(admin, settings);
            }
            try (var metering =
                            new KafkaStreams(
                                    MeteringTopology.build(
                                            new MeteringTopology.Shape(
                                                    1,
                                                    1,
                                                    settings.idWindow(),
                                                    settings.commitInterval(),
                                                    true),
                                            new UsageRules(
                                                    1,
                                                    prices::charge,
                                                    _ -> CellWidth.HOUR,
                                                    (_, _, _, _, _) -> List.of()),
                                            new MeteringMetrics(new SimpleMeterRegistry()).usage(),
                                            new ProgressBoard(1, 1)),
                                    StreamsSettings.metering(settings));
                    var producer =
                            new KafkaProducer<>(
                                    client, new ByteArraySerializer(), new ByteArraySerializer());
                    KafkaConsumer<byte[], byte[]> reader =
                            CommittedReader.of(broker.bootstrapServers(), Topics.USAGE_RATED, 1)) {
                metering.start();
                for (int sent = 0; sent < answered.size(); ) {
                    int end = Math.min(sent + CHUNK, answered.size());
                    prices.nowIs(answered.get(end - 1).arrivalMs(), random.nextLong(LEAD_MS));
                    List<Future<RecordMetadata>> written = new ArrayList<>();
                    for (Answered each : answered.subList(sent, end)) {
                        written.add(
                                producer.send(
                                        new ProducerRecord<>(
                                                Topics.USAGE_REPORTED.name(),
                                                CONTEXT,
                                                UsageWriter.write(each.usage()))));
                    }
                    for (Future<RecordMetadata> each : written) {
                        each.get(Patience.SECONDS, TimeUnit.SECONDS);
                    }
                    readUntil(rated, end, reader);
                    sent = end;
                }
            }
        }
        return rated;
    }

    private static void readUntil(
            Map<String, JsonNode> rated, int size, KafkaConsumer<byte[], byte[]> reader) {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        while (rated.size() < size) {
            assertThat(System.nanoTime()).as("%d of %d", rated.size(), size).isLessThan(deadline);
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                JsonNode counted = JSON.readTree(record.value());
                assertThat(rated.put(counted.get("usage").get("record_id").stringValue(), counted))
                        .isNull();
            }
        }
    }

    private MeteringSettings settings(String bootstrapServers) throws IOException {
        MeteringSettings defaults = MeteringSettings.of(bootstrapServers, directory, "localhost:1");
        return new MeteringSettings(
                defaults.kafka(),
                directory,
                defaults.advertisedServer(),
                null,
                defaults.instanceId(),
                new MeteringScale(1, 1, 0, 1),
                defaults.idWindow(),
                defaults.commitInterval(),
                true);
    }

    /** The trace's calls, moved so that the last one happened just now. */
    private static List<Call> calls(Path file) throws IOException {
        List<Call> calls =
                Files.readAllLines(file).stream().skip(1).map(RatingAgreementIT::call).toList();
        long moveMs = System.currentTimeMillis() - calls.getLast().atMs();
        return calls.stream()
                .map(call -> new Call(call.atMs() + moveMs, call.input(), call.output()))
                .toList();
    }

    /** The prices of whoever has read as far as a test says. */
    private static final class MovingPrices implements Prices {

        private final List<Publication> publications;
        private final List<PriceBook> books = new ArrayList<>();
        private volatile PriceBook current = PriceBook.EMPTY;
        private volatile PriceBook caughtUp = PriceBook.EMPTY;

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
                                new LongContextRates(
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
                late ? call.atMs() - random.nextLong(1_800_000) : call.atMs(),
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

    private static Call call(String line) {
        String[] fields = line.split(",", -1);
        return new Call(
                LocalDateTime.parse(fields[0].replace(' ', 'T'))
                        .toInstant(ZoneOffset.UTC)
                        .toEpochMilli(),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]));
    }
}
