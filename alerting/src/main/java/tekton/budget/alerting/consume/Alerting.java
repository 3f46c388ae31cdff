package tekton.budget.alerting.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.DefaultTransactionIdSuffixStrategy;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.ContainerProperties.AssignmentCommitOption;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.support.TopicPartitionOffset;
import org.springframework.util.backoff.FixedBackOff;

import tekton.budget.alert.Channel;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.alerting.deliver.Channels;
import tekton.budget.alerting.deliver.Deliveries;
import tekton.budget.codec.AlertCodec;
import tekton.budget.kafka.FormatMark;
import tekton.budget.kafka.UnreadableRecords;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The whole of it, started and stopped. Kafka and its topics, which others make, need not be there
 * yet: it looks for them until they are.
 */
public final class Alerting implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Alerting.class);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /**
     * How long facts gather while many come: each decision alone costs a fetch, and nearly none
     * leads to anything.
     */
    private static final Duration BETWEEN_READS = Duration.ofMillis(20);

    private static final long AFTER_FAILURE_MS = 1_000;

    private static final List<Topic> READ =
            Stream.concat(InputReader.TOPICS.stream(), Stream.of(Topics.ALERT_REQUESTS)).toList();

    private static final List<Topic> WRITTEN =
            List.of(
                    Topics.EVENTS,
                    Topics.ALERT_OUTCOMES,
                    Topics.ALERT_CHANNELS,
                    Topics.ALERT_STATE);

    private final AlertingClients clients;
    private final WholePartitions topics;
    private final Channels channels = new Channels();
    private final UnreadableRecords unreadable = new UnreadableRecords();
    private final Deliveries deliveries;
    private final DefaultKafkaProducerFactory<byte[], byte[]> transactional;
    private final DefaultKafkaProducerFactory<byte[], byte[]> plain;
    private final InputListener listener;
    private final Thread starting;

    // Guarded by this.
    private @Nullable KafkaMessageListenerContainer<byte[], byte[]> facts;
    private @Nullable KafkaMessageListenerContainer<byte[], byte[]> channelNews;
    private boolean closing;

    public Alerting(
            AlertingClients clients,
            Attempts attempts,
            boolean privateTargetsAllowed,
            InstantSource clock,
            Consumer<ProcessingStep> observer) {
        this.clients = clients;
        topics = new WholePartitions(clients, READ_TIMEOUT);
        transactional = producers();
        // The same after a restart: so that what a killed one left open is ended at once.
        transactional.setTransactionIdPrefix("budget-alerting-" + clients.instanceId() + '-');
        // And the same after a failed transaction, whose producer is replaced: one thread uses it.
        transactional.setTransactionIdSuffixStrategy(new DefaultTransactionIdSuffixStrategy(1));
        plain = producers();
        DeliveryRecords records = new DeliveryRecords(new KafkaTemplate<>(plain), observer);
        deliveries = new Deliveries(channels, records, attempts, privateTargetsAllowed, clock);
        listener =
                new InputListener(
                        new KafkaTemplate<>(transactional),
                        topics,
                        channels,
                        deliveries,
                        new AlertRequestRules(channels, deliveries, records),
                        unreadable,
                        observer);
        starting = Thread.ofPlatform().name("alerting-start").unstarted(this::begin);
    }

    /** Begins in the background. Once. */
    public void start() {
        starting.start();
    }

    /** True once facts are read. */
    public synchronized boolean isRunning() {
        return facts != null && facts.isRunning();
    }

    @Override
    public void close() {
        KafkaMessageListenerContainer<byte[], byte[]> factsToStop;
        KafkaMessageListenerContainer<byte[], byte[]> newsToStop;
        synchronized (this) {
            closing = true;
            factsToStop = facts;
            newsToStop = channelNews;
        }
        starting.interrupt();
        if (factsToStop != null) {
            factsToStop.stop();
        }
        if (newsToStop != null) {
            newsToStop.stop();
        }
        deliveries.close();
        transactional.destroy();
        plain.destroy();
    }

    private void begin() {
        try {
            boolean said = false;
            while (!tryToBegin(said)) {
                said = true;
                Thread.sleep(LOOK_AGAIN);
            }
        } catch (InterruptedException closed) {
            LOG.debug("closed", closed);
        }
    }

    private boolean tryToBegin(boolean said) throws InterruptedException {
        try {
            if (topicsAreThere()) {
                startContainers();
                return true;
            }
        } catch (FormatMark.NewerFormatException
                | KafkaException
                | ExecutionException
                | TimeoutException away) {
            if (!said) {
                LOG.warn("Kafka cannot be read yet; trying on: {}", away.toString());
            }
        }
        return false;
    }

    private boolean topicsAreThere()
            throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> missing = new HashSet<>();
        READ.forEach(topic -> missing.add(topic.name()));
        WRITTEN.forEach(topic -> missing.add(topic.name()));
        try (Admin admin = Admin.create(clients.common())) {
            Set<String> there =
                    admin.listTopics().names().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            FormatMark.requireReadable(there);
            missing.removeAll(there);
        }
        return missing.isEmpty();
    }

    private void startContainers() {
        TopicPartition all = new TopicPartition(Topics.ALERT_CHANNELS.name(), 0);
        Map<TopicPartition, Long> ends = topics.read(List.of(all), this::hearOfChannel);
        ContainerProperties news =
                new ContainerProperties(
                        new TopicPartitionOffset(all.topic(), 0, ends.getOrDefault(all, 0L)));
        news.setMessageListener((MessageListener<byte[], byte[]>) this::hearOfChannel);
        news.setAckMode(AckMode.MANUAL);
        ContainerProperties read =
                new ContainerProperties(READ.stream().map(Topic::name).toArray(String[]::new));
        read.setMessageListener(listener);
        read.setConsumerRebalanceListener(listener);
        read.setAckMode(AckMode.MANUAL);
        read.setIdleBetweenPolls(BETWEEN_READS.toMillis());
        read.setAssignmentCommitOption(AssignmentCommitOption.NEVER);
        synchronized (this) {
            if (!closing) {
                channelNews = container(clients.reader("read_committed"), news, "alert-channels");
                facts = container(clients.member(), read, "alert-facts");
            }
        }
    }

    private static KafkaMessageListenerContainer<byte[], byte[]> container(
            Map<String, Object> consumer, ContainerProperties properties, String name) {
        properties.setShutdownTimeout(STOP_TIMEOUT.toMillis());
        KafkaMessageListenerContainer<byte[], byte[]> container =
                new KafkaMessageListenerContainer<>(
                        new DefaultKafkaConsumerFactory<>(
                                consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                        properties);
        container.setBeanName(name);
        container.setCommonErrorHandler(
                new DefaultErrorHandler(
                        new FixedBackOff(AFTER_FAILURE_MS, FixedBackOff.UNLIMITED_ATTEMPTS)));
        container.start();
        return container;
    }

    private void hearOfChannel(ConsumerRecord<byte[], byte[]> news) {
        try {
            if (news.value() == null) {
                channels.remove(new String(news.key(), UTF_8));
            } else {
                channels.put(AlertCodec.readRow(news.value(), Channel.class));
            }
        } catch (RuntimeException fault) {
            unreadable.found(news, "alerting", fault);
        }
    }

    private DefaultKafkaProducerFactory<byte[], byte[]> producers() {
        return new DefaultKafkaProducerFactory<>(
                clients.writer(), new ByteArraySerializer(), new ByteArraySerializer());
    }
}
