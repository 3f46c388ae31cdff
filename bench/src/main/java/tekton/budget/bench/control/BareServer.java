package tekton.budget.bench.control;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * What a single report over HTTP could cost at the least: a server that reads nothing of a body,
 * sends it to Kafka as the product's producer does, and answers partition and offset once it is
 * acknowledged. A process of its own: {@code <port> <bootstrap servers> <topic>}.
 */
public final class BareServer {

    private static final int CREATED = 201;
    private static final int UNAVAILABLE = 503;

    private BareServer() {}

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                arguments[1],
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                true,
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "lz4",
                                ProducerConfig.LINGER_MS_CONFIG,
                                1,
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                128 * 1024,
                                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                                1),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.partitionsFor(arguments[2]);
        Vertx vertx = Vertx.vertx();
        var _ =
                vertx.deployVerticle(
                                () -> new Listener(port, producer, arguments[2]),
                                new DeploymentOptions()
                                        .setInstances(Runtime.getRuntime().availableProcessors()))
                        .onSuccess(id -> System.out.println(ControlProgram.READY))
                        .onFailure(
                                failed -> {
                                    System.out.println("not listening: " + failed);
                                    Runtime.getRuntime().halt(1);
                                });
        ControlProgram.awaitAbandoned();
        Runtime.getRuntime().halt(0);
    }

    /** What is answered for an acknowledged record. */
    static String answer(int partition, long offset) {
        return "{\"partition\":" + partition + ",\"offset\":" + offset + '}';
    }

    /** One event loop's share of the connections. */
    private static final class Listener extends VerticleBase {

        private final int port;
        private final KafkaProducer<byte[], byte[]> producer;
        private final String topic;

        Listener(int port, KafkaProducer<byte[], byte[]> producer, String topic) {
            this.port = port;
            this.producer = producer;
            this.topic = topic;
        }

        @Override
        public Future<?> start() {
            return vertx.createHttpServer()
                    .requestHandler(
                            request -> {
                                var _ = request.body().onSuccess(body -> send(request, body));
                            })
                    .listen(port, "127.0.0.1");
        }

        private void send(HttpServerRequest request, Buffer body) {
            Context loop = vertx.getOrCreateContext();
            var _ =
                    producer.send(
                            new ProducerRecord<>(topic, body.getBytes()),
                            (metadata, failed) ->
                                    loop.runOnContext(nothing -> end(request, metadata, failed)));
        }

        private static void end(
                HttpServerRequest request, RecordMetadata metadata, @Nullable Exception failed) {
            var _ =
                    failed == null
                            ? request.response()
                                    .setStatusCode(CREATED)
                                    .putHeader("Content-Type", "application/json")
                                    .end(answer(metadata.partition(), metadata.offset()))
                            : request.response()
                                    .setStatusCode(UNAVAILABLE)
                                    .end(String.valueOf(failed));
        }
    }
}
