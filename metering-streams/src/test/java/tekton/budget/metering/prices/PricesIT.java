package tekton.budget.metering.prices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.catalogue.BuiltInPrices;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.kafka.FormatMark;
import tekton.budget.kafka.KafkaClients;
import tekton.budget.kafka.TopicLog;
import tekton.budget.kafka.TopicProvisioning;
import tekton.budget.metering.config.MeteringSettings;
import tekton.budget.metering.config.TopicSetup;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Topics and prices on a real broker. */
class PricesIT {

    private static final PricePublished PRICE =
            new PricePublished("p", "m", Instant.EPOCH, "test", Rates.of(1, 2), true);

    @TempDir Path directory;

    @Test
    void shouldReadPricesCatchUpAndRefuseTopicsThatDiffer() throws Exception {
        try (TestBroker broker = TestBroker.start();
                Admin admin =
                        Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            MeteringSettings settings =
                    MeteringSettings.of(broker.bootstrapServers(), directory, "localhost:1");
            TopicSetup.ensure(admin, settings);
            TopicSetup.ensure(admin, settings);
            publish(broker, "garbage", "{".getBytes(StandardCharsets.UTF_8));
            publish(broker, "foreign key", PriceCodec.write(PRICE));
            try (TopicLog log = new TopicLog("prices", () -> consumer(broker))) {
                PriceFeed feed = new PriceFeed(log);
                log.start();
                assertThat(log.awaitCaughtUp(Topics.PRICES, Patience.LIMIT)).isTrue();
                assertThat(feed.current().all()).isEmpty();

                publish(broker, PRICE.versionId(), PriceCodec.write(PRICE));

                assertThat(feed.caughtUp().knows(PRICE.versionId())).isTrue();
                assertThat(feed.current().all()).containsExactly(PRICE);
            }

            admin.deleteTopics(List.of(Topics.DEAD_LETTERS.name()))
                    .all()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
            admin.createTopics(
                            List.of(
                                    new NewTopic(
                                            Topics.DEAD_LETTERS.name(),
                                            Optional.of(2),
                                            Optional.of((short) 1))))
                    .all()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
            assertThatThrownBy(
                            () ->
                                    TopicProvisioning.ensure(
                                            admin, List.of(Topics.USAGE_REPORTED), _ -> 6, 3))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "topic budget.usage: replication: 1 (expected: at least 3;"
                                    + " an existing topic is never changed)");
            assertThatThrownBy(() -> TopicSetup.ensure(admin, settings))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "topic budget.dead-letters: partitions: 2 (expected: 1;"
                                    + " an existing topic is never changed)");

            admin.createTopics(
                            List.of(
                                    new NewTopic(
                                            "budget.format.7.since.8.9.1",
                                            Optional.of(1),
                                            Optional.of((short) 1))))
                    .all()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
            admin.deleteTopics(List.of(Topics.AUDIT.name()))
                    .all()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
            assertThatThrownBy(() -> TopicSetup.ensure(admin, settings))
                    .isInstanceOf(FormatMark.NewerFormatException.class)
                    .hasMessageContaining(
                            "Budget 8.9.1 has written to this Kafka in data format 7");
            assertThat(admin.listTopics().names().get(Patience.SECONDS, TimeUnit.SECONDS))
                    .as("nothing was made")
                    .doesNotContain(Topics.AUDIT.name());
        }
    }

    @Test
    void shouldKnowTheSeedPrices() {
        assertThat(BuiltInPrices.load())
                .filteredOn(price -> price.model().equals("claude-3-opus-20240229"))
                .singleElement()
                .satisfies(
                        price -> {
                            assertThat(price.rates().input()).isEqualTo(15_000_000);
                            assertThat(price.rates().output()).isEqualTo(75_000_000);
                            assertThat(price.effectiveFrom()).isEqualTo(Instant.EPOCH);
                        });
        assertThat(BuiltInPrices.load()).hasSizeGreaterThan(50);
    }

    private static void publish(TestBroker broker, String key, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.PRICES.name(),
                                    key.getBytes(StandardCharsets.UTF_8),
                                    value))
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(TestBroker broker) {
        return KafkaClients.reader(
                KafkaClients.readerConfig(
                        KafkaConnection.plain(broker.bootstrapServers()), "prices"));
    }
}
