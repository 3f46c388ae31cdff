package tekton.budget.metering.config;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.catalogue.BuiltInPrices;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.kafka.KafkaClients;
import tekton.budget.kafka.TopicLog;
import tekton.budget.metering.limits.BudgetFeed;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.prices.PriceFeed;
import tekton.budget.metering.query.DeadLetterQueries;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.MeteringStatus;
import tekton.budget.metering.query.Prices;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.metering.query.SystemQueries;
import tekton.budget.metering.query.TotalsQueries;
import tekton.budget.metering.query.local.LocalPeer;
import tekton.budget.metering.query.local.ShardKind;
import tekton.budget.metering.query.local.StoreAccess;
import tekton.budget.metering.query.remote.ClusterView;
import tekton.budget.metering.query.remote.GatheredLedger;
import tekton.budget.metering.query.remote.GatheredTotals;
import tekton.budget.metering.query.remote.HttpPeers;
import tekton.budget.metering.query.remote.Owners;
import tekton.budget.metering.query.remote.PeerEndpoint;
import tekton.budget.metering.query.remote.PeerSecret;
import tekton.budget.metering.query.remote.ReadProgress;
import tekton.budget.metering.query.remote.ScatterGather;
import tekton.budget.metering.recordlog.BuriedRecords;
import tekton.budget.metering.recordlog.LogReader;
import tekton.budget.metering.recordlog.LoggedRecords;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.topology.MeteringTopology;
import tekton.budget.metering.usage.UsageRules;
import tekton.budget.pricing.PriceBook;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The running metering of this process: prices, the two applications, and queries on them. */
public final class Metering implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Metering.class);

    private static final Duration FEEDS_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BUILT_IN_LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration ADMIN_CLOSE_TIMEOUT = Duration.ofMillis(500);
    private static final long TIMEOUT_SECONDS = 20;

    private final TopicLog feeds;
    private final PriceFeed prices;
    private final StreamsApp app;
    private final LedgerApp ledger;
    private final LogReader log;
    private final LogReader ages;
    private final ReadProgress progress;
    private final SystemQueries system;
    private final @Nullable PeerEndpoint endpoint;
    private final @Nullable HttpPeers others;
    private final ScatterGather gather;
    private final TotalsQueries totals;
    private final RecordQueries records;
    private final LedgerQueries ledgerQueries;

    private Metering(MeteringSettings settings, MeteringMetrics metrics) {
        ProgressBoard board =
                new ProgressBoard(
                        settings.scale().usagePartitions(), settings.scale().usagePartitions());
        feeds =
                new TopicLog(
                        "budget-feeds",
                        () ->
                                KafkaClients.reader(
                                        KafkaClients.readerConfig(
                                                settings.kafka(), "budget-feeds")));
        prices = new PriceFeed(feeds);
        BudgetFeed budgets = new BudgetFeed(feeds);
        app =
                new StreamsApp(
                        "metering",
                        MeteringTopology.build(
                                new MeteringTopology.Shape(
                                        settings.scale().usagePartitions(),
                                        settings.scale().ledgerPartitions(),
                                        settings.idWindow(),
                                        settings.commitInterval(),
                                        settings.publishRated()),
                                new UsageRules(
                                        settings.scale().usagePartitions(),
                                        prices::charge,
                                        budgets,
                                        budgets),
                                metrics.usage(),
                                board),
                        StreamsSettings.metering(settings),
                        UsageClients::new,
                        metrics.meteringApp(),
                        settings.scale().standbys() > 0);
        StoreAccess stores =
                app.stores(settings.scale().usagePartitions(), board, settings.secret() == null);
        ledger = new LedgerApp(settings, metrics);
        log = new LogReader(() -> logConsumer(settings));
        // Of its own: how old something is may not wait for lists of records.
        ages = new LogReader(() -> logConsumer(settings));
        progress =
                new ReadProgress(
                        Map.of(
                                StreamsSettings.METERING_ID,
                                inputs(Topics.USAGE_REPORTED, settings.scale().usagePartitions()),
                                StreamsSettings.LEDGER_ID,
                                inputs(Topics.REQUESTS, settings.scale().ledgerPartitions())),
                        () -> Admin.create(settings.kafka().client()),
                        ages::appendTimes,
                        InstantSource.system());
        PeerSecret secret = settings.secret();
        LocalPeer here = new LocalPeer(stores, ledger.stores());
        others = secret == null ? null : new HttpPeers(secret);
        endpoint = secret == null ? null : new PeerEndpoint(secret, here);
        gather =
                new ScatterGather(
                        here, new Owners(settings.advertisedServer(), this::members), others);
        system =
                new ClusterView(
                        settings.advertisedServer(),
                        settings.instanceId(),
                        this::members,
                        progress);
        totals = new GatheredTotals(gather);
        records = new LoggedRecords(gather, log);
        ledgerQueries = new GatheredLedger(gather);
    }

    /**
     * Makes the topics if need be, starts the ledger, reads the prices, publishes those of the
     * built-in ones that are not there, and starts the metering. Returns while the stores may still
     * be restoring.
     *
     * @param metrics where it counts; of the process, which may start a metering more than once
     * @throws ExecutionException if Kafka refuses
     * @throws TimeoutException if Kafka does not answer in time; trying again is safe
     * @throws IllegalStateException if an existing topic differs from what is needed
     */
    public static Metering start(MeteringSettings settings, MeteringMetrics metrics)
            throws InterruptedException, ExecutionException, TimeoutException {
        String clusterId;
        Map<String, Object> client = settings.kafka().client();
        // A broker that is starting is found when it is there, not up to a second later.
        client.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 50);
        Admin admin = Admin.create(client);
        try {
            TopicSetup.ensure(admin, settings);
            clusterId = admin.describeCluster().clusterId().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } finally {
            // Not a plain close: with Kafka away that waits for a minute, also for who was told to
            // stop.
            admin.close(ADMIN_CLOSE_TIMEOUT);
        }
        Metering metering = new Metering(settings.onCluster(clusterId), metrics);
        try {
            metering.ledger.app().start();
            metering.feeds.start();
            metering.awaitRead(Topics.PRICES);
            metering.awaitRead(Topics.SESSION_LIMITS);
            metering.completeBuiltInPrices(settings);
            metering.app.start();
            return metering;
        } catch (IllegalStateException
                | InterruptedException
                | ExecutionException
                | TimeoutException e) {
            metering.close();
            metrics.meteringApp().ended();
            metrics.ledgerApp().ended();
            throw e;
        }
    }

    /** Where other instances ask this one; empty where there is none. */
    public Optional<PeerEndpoint> peers() {
        return Optional.ofNullable(endpoint);
    }

    public TotalsQueries totals() {
        return totals;
    }

    public RecordQueries records() {
        return records;
    }

    public LedgerQueries ledger() {
        return ledgerQueries;
    }

    public DeadLetterQueries deadLetters() {
        return new BuriedRecords(log);
    }

    public SystemQueries system() {
        return system;
    }

    public Prices prices() {
        return prices;
    }

    public MeteringStatus status() {
        return new MeteringStatus() {
            @Override
            public boolean queryable() {
                return Stream.of(ShardKind.values()).allMatch(gather::isWhole);
            }

            @Override
            public long unreadable() {
                return feeds.unreadable().count();
            }

            @Override
            public boolean following() {
                return feeds.state() == TopicLog.LogState.FOLLOWING;
            }

            @Override
            public Map<String, String> parts() {
                Map<String, String> parts = new HashMap<>(app.parts());
                parts.putAll(ledger.app().parts());
                parts.put("feeds", feeds.state().wireName());
                return parts;
            }
        };
    }

    /**
     * Completes with the name of an application that has stopped by itself and will not go on. Then
     * close this and start another one.
     */
    public CompletableFuture<String> gaveUp() {
        return CompletableFuture.anyOf(app.gaveUp(), ledger.app().gaveUp())
                .thenApply(String::valueOf);
    }

    /** Stops both applications, at the same time and within a bound. */
    @Override
    public void close() {
        Thread closing = Thread.ofVirtual().start(ledger::close);
        app.close();
        try {
            closing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (others != null) {
            others.close();
        }
        log.close();
        ages.close();
        progress.close();
        feeds.close();
    }

    private Collection<StreamsMetadata> members(ShardKind shard) {
        return (shard == ShardKind.LEDGER ? ledger.app() : app).members();
    }

    private static List<TopicPartition> inputs(Topic topic, int partitions) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
    }

    private void awaitRead(Topic topic) throws InterruptedException, TimeoutException {
        if (!feeds.awaitCaughtUp(topic, FEEDS_TIMEOUT)) {
            throw new TimeoutException(
                    "%s: not read within %d s".formatted(topic.name(), FEEDS_TIMEOUT.toSeconds()));
        }
    }

    /**
     * Publishes the built-in prices that the topic does not have, and waits until they are read:
     * nothing is rated before. Whoever else does the same at the same time writes the same bytes
     * under the same keys, so nobody has to be first, the price poller included.
     *
     * @throws TimeoutException if they are not read in time
     */
    private void completeBuiltInPrices(MeteringSettings settings)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<PricePublished> builtIn = BuiltInPrices.load();
        List<PricePublished> missing = missing(builtIn, prices.current());
        if (missing.isEmpty()) {
            return;
        }
        publish(missing, settings);
        long deadline = System.nanoTime() + FEEDS_TIMEOUT.toNanos();
        // A poller's transaction that was broken off hides what comes behind it for some seconds.
        while (!missing(builtIn, prices.caughtUp()).isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(Topics.PRICES.name() + ": built-in prices not read");
            }
            Thread.sleep(BUILT_IN_LOOK_AGAIN);
        }
    }

    private static List<PricePublished> missing(List<PricePublished> wanted, PriceBook book) {
        return wanted.stream().filter(price -> !book.knows(price.versionId())).toList();
    }

    private static void publish(List<PricePublished> missing, MeteringSettings settings)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, Object> config = settings.kafka().client();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        // Written twice they are the same; a producer's id would have to be waited for.
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (PricePublished price : missing) {
                sent.add(
                        producer.send(
                                new ProducerRecord<>(
                                        Topics.PRICES.name(),
                                        0,
                                        price.versionId().getBytes(StandardCharsets.UTF_8),
                                        PriceCodec.write(price))));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        }
        LOG.info("{}: {} built-in prices published", Topics.PRICES.name(), missing.size());
    }

    /**
     * For stretches of the log here and there. At a log's end a consumer asks for more at once, and
     * until that is answered it asks for nothing else: a look-up after it would wait with it.
     */
    private static KafkaConsumer<byte[], byte[]> logConsumer(MeteringSettings settings) {
        Map<String, Object> config = KafkaClients.readerConfig(settings.kafka(), "budget-log");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
        return KafkaClients.reader(config);
    }
}
