package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.testbroker.TestBroker;

import tools.jackson.databind.JsonNode;

import java.nio.file.Path;

/** What an instance says of the system, with Kafka and after Kafka has gone. */
class SystemIT {

    @TempDir private static Path data;

    @Test
    void shouldTellHowFarEveryPartitionIsAndWhyNotWithoutKafka() throws Exception {
        TestBroker broker = TestBroker.start();
        try (Api api = Api.start(broker.bootstrapServers(), data).awaitHealthy()) {
            Api.await(() -> api.get("/ready").statusCode() == 200);
            UsageTopic.write(
                    broker.bootstrapServers(), 4, "ctx", "unreadable, and read all the same");

            Api.await(() -> system(api).get("lag_total").asInt(-1) == 0 && end(api, 4) == 1);

            JsonNode system = system(api);
            assertThat(system.get("instances").size()).isEqualTo(1);
            JsonNode self = system.get("instances").get(0);
            assertThat(self.get("self").booleanValue()).isTrue();
            assertThat(self.get("instance").stringValue()).startsWith("budget-");
            assertThat(self.get("version").isString()).isTrue();
            // Six of the usage, six of the totals, three of the ledger.
            assertThat(self.get("partitions").size()).isEqualTo(15);
            assertThat(system.get("partitions").size()).isEqualTo(9);
            JsonNode read = system.get("partitions").get(4);
            assertThat(read.get("topic").stringValue()).isEqualTo("budget.usage");
            assertThat(read.get("partition").intValue()).isEqualTo(4);
            assertThat(read.get("owner")).isEqualTo(self.get("address"));
            assertThat(read.get("position").longValue()).isEqualTo(1);
            assertThat(read.get("lag").longValue()).isZero();
            assertThat(read.get("behind_ms").longValue()).isZero();
            assertThat(system.get("behind_ms").longValue()).isZero();
            assertThat(system.get("reason").isNull()).isTrue();
            assertThat(system.get("disk").get("free_bytes").longValue()).isPositive();
            assertThat(system.get("parts")).isEqualTo(Api.json(api.get("/health")).get("parts"));

            broker.close();

            Api.await(() -> !system(api).get("reason").isNull());
            JsonNode away = system(api);
            assertThat(away.get("partitions")).isEmpty();
            assertThat(away.get("lag_total").isNull()).isTrue();
            assertThat(away.get("behind_ms").isNull()).isTrue();
            assertThat(away.get("reason").stringValue()).contains("Kafka");
            assertThat(away.get("instances").get(0).get("self").booleanValue()).isTrue();
        }
    }

    private static long end(Api api, int partition) throws Exception {
        return system(api).get("partitions").get(partition).get("end").longValue();
    }

    private static JsonNode system(Api api) throws Exception {
        return Api.json(api.get("/api/system"));
    }
}
