package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.local.LedgerShard;
import tekton.budget.metering.query.local.LocalPeer;
import tekton.budget.metering.query.local.Question;
import tekton.budget.metering.query.local.StoreAccess;
import tekton.budget.metering.query.local.TotalsShard;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.value.EpochMinute;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/** An instance that owns nothing: its Kafka Streams is never started and reaches no broker. */
class PeerEndpointTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final int BODY_BYTES_MAX = 4 * 1024 * 1024;

    private static final Question<?> QUESTION =
            new TotalsShard.AllTime(List.of(1), Dimension.CONTEXT, "chat", Consistency.NOTHING);

    private static KafkaStreams streams;
    private static PeerEndpoint endpoint;

    private final List<Said> said = new ArrayList<>();

    /** A whole answer. */
    private record Said(int status, Long lag, ByteArrayOutputStream body) {
        String words() {
            return body.toString(UTF_8);
        }
    }

    @BeforeAll
    static void create(@TempDir Path state) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "never-started");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        streams = new KafkaStreams(new Topology().addSource("read", "topic"), config);
        StoreAccess stores = new StoreAccess(streams, 2, new ProgressBoard(2, 2), () -> true);
        endpoint = new PeerEndpoint(new PeerSecret(SECRET), new LocalPeer(stores, stores));
    }

    @AfterAll
    static void close() {
        streams.close(Duration.ZERO);
    }

    @Test
    void shouldReadNothingOfWhoeverHasAnotherSecret() throws IOException {
        for (String presented : Arrays.asList(null, "", SECRET + "0", SECRET.substring(1))) {
            InputStream unread = new ByteArrayInputStream(PeerCodec.write(QUESTION));
            int bytes = unread.available();
            endpoint.answer(presented, "all-time", unread, this::begin);
            assertThat(unread.available()).isEqualTo(bytes);
        }

        assertThat(said).hasSize(4);
        assertThat(said)
                .allSatisfy(
                        answer -> {
                            assertThat(answer.status()).isEqualTo(401);
                            assertThat(answer.lag()).isNull();
                            assertThat(answer.words()).isEqualTo("not the cluster's secret");
                        });
    }

    @Test
    void shouldSayThatANameIsNotKnownToThisVersion() throws IOException {
        ask("of-tomorrow", PeerCodec.write(QUESTION));

        assertRefused("of-tomorrow: not known to this version");
    }

    @Test
    void shouldRefuseWhatIsNoSuchQuestion() throws IOException {
        for (String body : List.of("", "{", "null", "[]", "{}", "{\"of\":[1],\"id\":\"chat\"}")) {
            said.clear();
            ask("all-time", body.getBytes(UTF_8));

            assertThat(said).hasSize(1);
            assertThat(said.getFirst().status()).as(body).isEqualTo(400);
            assertThat(said.getFirst().words()).as(body).startsWith("all-time: ");
        }
    }

    @Test
    void shouldReadABodyToItsBoundAndNoFurther() throws IOException {
        byte[] longest = Arrays.copyOf(PeerCodec.write(QUESTION), BODY_BYTES_MAX);
        Arrays.fill(longest, PeerCodec.write(QUESTION).length, BODY_BYTES_MAX, (byte) ' ');
        ask("all-time", longest);
        assertNotReady("usage [1]: being restored or moved");

        said.clear();
        byte[] longer = Arrays.copyOf(longest, BODY_BYTES_MAX + 100);
        Arrays.fill(longer, BODY_BYTES_MAX, longer.length, (byte) ' ');
        InputStream body = new ByteArrayInputStream(longer);
        endpoint.answer(SECRET, "all-time", body, this::begin);
        assertRefused("all-time: too long");
        assertThat(body.available()).isEqualTo(99);
    }

    /** Nobody else is asked: an owner elsewhere is for the one who asks to find. */
    @Test
    void shouldSayThatItIsNotReadyWhereItOwnsNothing() throws IOException {
        ask("all-time", PeerCodec.write(QUESTION));
        assertNotReady("usage [1]: being restored or moved");

        said.clear();
        ask(
                "budgets",
                PeerCodec.write(new LedgerShard.Budgets(List.of(0, 1), Consistency.NOTHING)));
        assertNotReady("ledger [0, 1]: being restored or moved");

        said.clear();
        ask(
                "cells",
                PeerCodec.write(
                        new TotalsShard.Cells(
                                List.of(0),
                                null,
                                new EpochMinute(0),
                                new EpochMinute(60),
                                Consistency.NOTHING)));
        assertNotReady("totals [0]: being restored or moved");
    }

    private void ask(String name, byte[] body) throws IOException {
        endpoint.answer(SECRET, name, new ByteArrayInputStream(body), this::begin);
    }

    private OutputStream begin(int status, Long lag) {
        Said answer = new Said(status, lag, new ByteArrayOutputStream());
        said.add(answer);
        return answer.body();
    }

    private void assertRefused(String words) {
        assertOnly(400, words);
    }

    private void assertNotReady(String words) {
        assertOnly(503, words);
    }

    private void assertOnly(int status, String words) {
        assertThat(said).hasSize(1);
        assertThat(said.getFirst().status()).isEqualTo(status);
        assertThat(said.getFirst().lag()).isNull();
        assertThat(said.getFirst().words()).isEqualTo(words);
    }
}
