package tekton.budget.api;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

import tekton.budget.api.config.IngestSettings;
import tekton.budget.api.config.MeteringStart;
import tekton.budget.api.totals.QueryPorts;
import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.DeadLetterQueries;
import tekton.budget.metering.query.MeteringStatus;
import tekton.budget.metering.query.Prices;
import tekton.budget.metering.query.SystemQueries;
import tekton.budget.pricing.PriceBook;
import tekton.budget.testbroker.Patience;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A metering that counts nothing: it makes the topics it is asked through, knows two prices unless
 * a test knows others, and answers what a test puts into it.
 */
public final class FakeMetering implements MeteringStart {

    public static final int PARTITIONS = 6;
    public static final int LEDGER_PARTITIONS = 3;

    public static final PriceBook BOOK =
            PriceBook.of(
                    List.of(
                            new PricePublished(
                                    "anthropic",
                                    "claude-3-opus-20240229",
                                    Instant.EPOCH,
                                    "builtin",
                                    Rates.of(15_000_000, 75_000_000),
                                    true),
                            new PricePublished(
                                    "ollama",
                                    "llama3",
                                    Instant.EPOCH,
                                    "builtin",
                                    Rates.of(0, 0),
                                    true)));

    public final FakeTotals totals = new FakeTotals();
    public final FakeRecords records = new FakeRecords();
    public final FakeLedger ledger = new FakeLedger();
    public volatile PriceBook book = BOOK;
    public volatile boolean queryable = true;

    @Override
    public Running start(IngestSettings settings, MeteringMetrics metrics) throws Exception {
        try (Admin admin =
                Admin.create(
                        Map.of(
                                "bootstrap.servers",
                                settings.kafka().bootstrapServers(),
                                "default.api.timeout.ms",
                                2_000,
                                "request.timeout.ms",
                                1_000))) {
            admin.createTopics(
                            List.of(
                                    topic(Topics.USAGE_REPORTED, PARTITIONS),
                                    topic(Topics.REQUESTS, LEDGER_PARTITIONS),
                                    topic(Topics.DECISIONS, LEDGER_PARTITIONS),
                                    topic(Topics.EVENTS, LEDGER_PARTITIONS),
                                    topic(Topics.AUDIT, 1),
                                    topic(Topics.PRICES, 1),
                                    topic(Topics.PRICE_REQUESTS, 1),
                                    topic(Topics.PRICE_STATUS, 1)))
                    .all()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
        return new Running(ports(), Optional.empty(), () -> {}, new CompletableFuture<>());
    }

    /** The same without any topic, and as if it had counted. */
    public MeteringStart withoutKafka() {
        return (settings, metrics) -> {
            FakeCounts.put(metrics);
            return new Running(ports(), Optional.empty(), () -> {}, new CompletableFuture<>());
        };
    }

    public QueryPorts ports() {
        return new QueryPorts(
                totals,
                records,
                ledger,
                new FixedPrices(),
                new NoDeadLetters(),
                () -> new SystemQueries.SystemView(List.of(), List.of(), "by a test"),
                new Status());
    }

    private static NewTopic topic(Topic topic, int partitions) {
        return new NewTopic(topic.name(), partitions, (short) 1)
                .configs(Map.of("message.timestamp.type", "LogAppendTime"));
    }

    private final class FixedPrices implements Prices {
        @Override
        public PriceBook current() {
            return book;
        }

        @Override
        public PriceBook caughtUp() {
            return book;
        }
    }

    private static final class NoDeadLetters implements DeadLetterQueries {
        @Override
        public Answer<DeadLetterPage> list(
                @Nullable String reason, @Nullable String cursor, int limit) {
            return new Answer.Found<>(new DeadLetterPage(List.of(), null));
        }

        @Override
        public Answer<WholeDeadLetter> find(long offset) {
            return new Answer.Unknown<>();
        }
    }

    private final class Status implements MeteringStatus {

        @Override
        public long unreadable() {
            return 0;
        }

        @Override
        public boolean following() {
            return true;
        }

        @Override
        public boolean queryable() {
            return queryable;
        }

        @Override
        public Map<String, String> parts() {
            return Map.of("metering", queryable ? "RUNNING" : "REBALANCING");
        }
    }
}
