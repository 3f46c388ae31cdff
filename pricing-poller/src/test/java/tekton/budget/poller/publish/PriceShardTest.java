package tekton.budget.poller.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

import tekton.budget.codec.PollerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.Rates;
import tekton.budget.poller.feed.ModelKey;
import tekton.budget.poller.source.Sources;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The owner of the prices without a broker: load, decide, fenced, reload. */
class PriceShardTest {

    private static final Instant NOW = Instant.parse("2026-09-01T12:00:00Z");
    private static final ModelKey GPT = new ModelKey("openai", "gpt");

    private final Sources sources = new Sources(List.of(), null);
    private final PriceShard shard = new PriceShard(sources, 10);
    private final FakeRuntime<PublishedState, PriceInput> runtime = new FakeRuntime<>(shard);

    @Test
    void shouldPublishThenAnswerAndDoARepeatNoMore() {
        assertThat(decide(setPrice("r1")))
                .extracting(ProducerRecord::topic)
                .containsExactly(Topics.PRICES.name(), Topics.PRICE_STATUS.name());
        assertThat(decide(setPrice("r1"))).isEmpty();
        assertThat(runtime.state().prices().ofOperator(GPT)).hasSize(1);
    }

    @Test
    void shouldKnowAfterAReloadWhatItHasPublished() {
        decide(setPrice("r1"));

        runtime.reload();

        assertThat(runtime.state().prices().ofOperator(GPT)).hasSize(1);
        assertThat(decide(setPrice("r1"))).isEmpty();
    }

    @Test
    void shouldLeaveNothingBehindWhenItIsFenced() {
        runtime.fence();
        assertThat(decide(setPrice("r1"))).isEmpty();

        assertThat(runtime.state().prices().ofOperator(GPT)).isEmpty();
        assertThat(decide(setPrice("r1"))).hasSize(2);
    }

    @Test
    void shouldBeginAPollOnceForARequestAndAnswerIt() throws Exception {
        decide(new PriceRequest.Update("r1"));
        PriceInput polled = poll(neverByItself());

        assertThat(polled).isInstanceOf(PriceInput.Polled.class);
        assertThat(((PriceInput.Polled) polled).askedFor()).containsExactly("r1");
        runtime.decide(polled, NOW);
        assertThat(reply("r1").outcome()).isEqualTo(PriceOutcome.DONE);
        assertThat(reply("r1").message()).isEqualTo("0 versions published");
    }

    @Test
    void shouldPollForWhatAnEarlierOwnerHasBegun() throws Exception {
        decide(new PriceRequest.Update("r1"));
        runtime.reload();

        assertThat(((PriceInput.Polled) poll(neverByItself())).askedFor()).containsExactly("r1");
    }

    @Test
    void shouldReplayTombstonesAndSkipForeignKeys() {
        decide(setPrice("r1"));
        PricePublished price = runtime.state().prices().ofOperator(GPT).getFirst();

        runtime.state().replay(record(Topics.PRICES, "foreign", PriceCodec.write(price)));
        assertThat(runtime.state().prices().ofOperator(GPT)).hasSize(1);
        runtime.state().replay(record(Topics.PRICES, price.versionId(), null));

        assertThat(runtime.state().prices().ofOperator(GPT)).isEmpty();
    }

    @Test
    void shouldSayWhatIsNoRequest() {
        Topic topic = Topics.PRICE_REQUESTS;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shard.input(record(topic, "x", null)))
                .withMessage("value: missing (expected: a request)");
        byte[] nameless = PollerCodec.write(new PriceRequest.Update(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shard.input(record(topic, "x", nameless)));
    }

    private List<ProducerRecord<byte[], byte[]>> decide(PriceRequest request) {
        return runtime.decide(new PriceInput.Requested(request), NOW);
    }

    private PriceInput poll(PollSchedule schedule) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (PollAttempts attempts = new PollAttempts(sources, schedule, over::countDown)) {
            assertThat(attempts.next(runtime.state(), NOW)).isNull();
            over.await();
            return attempts.next(runtime.state(), NOW);
        }
    }

    private PriceReply reply(String requestId) {
        return Optional.ofNullable(runtime.state().findings().reply(requestId)).orElseThrow();
    }

    private static PollSchedule neverByItself() {
        return new PollSchedule(Duration.ofDays(1), NOW, false);
    }

    private static PriceRequest setPrice(String requestId) {
        return new PriceRequest.SetPrice(
                requestId,
                new PricePublished(
                        GPT.provider(),
                        GPT.model(),
                        NOW.minusSeconds(3_600),
                        PricePublished.OPERATOR,
                        Rates.of(5, 6),
                        true));
    }

    private static ConsumerRecord<byte[], byte[]> record(Topic topic, String key, byte[] value) {
        return new ConsumerRecord<>(topic.name(), 0, 0, key.getBytes(UTF_8), value);
    }
}
