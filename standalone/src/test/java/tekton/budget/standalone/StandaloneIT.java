package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.broker.FreePorts;
import tekton.budget.settings.Environment;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts, stops and kills real processes. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class StandaloneIT {

    private static final TopicPartition PROBE = new TopicPartition("probe", 0);

    private static final String RECORD =
            """
            {"record_id": "once", "context_id": "saved", "component": "saved", "provider": "openai",
             "model": "gpt-4o", "budget_id": "team-a", "input_tokens": 100, "output_tokens": 20}\
            """;

    private static final String ALLOCATION =
            """
            {"budget_id": "team-a", "context_id": "saved", "component": "saved",
             "tokens_allocated": 4000}\
            """;

    @TempDir Path directory;
    private String allocation = "";
    private int port;
    private int kafkaPort;
    private Map<String, String> environment = Map.of();

    @BeforeEach
    void chooseFreePorts() throws Exception {
        List<Integer> ports = FreePorts.find(2);
        port = ports.get(0);
        kafkaPort = ports.get(1);
        environment =
                Map.of(
                        "BUDGET_PORT", String.valueOf(port),
                        "BUDGET_KAFKA_PORT", String.valueOf(kafkaPort),
                        "BUDGET_DATA_DIR", directory.toString(),
                        // Nor a Hermes that happens to be there.
                        "BUDGET_HERMES", "false",
                        // No test may depend on who sells what at which price today.
                        "BUDGET_PRICE_SOURCES", "built-in");
    }

    @Test
    void stopsEverythingAndFindsItsDataAgain() throws Exception {
        try (BudgetProcess first = BudgetProcess.start(environment).awaitReady()) {
            assertThat(send("one")).isZero();
            ProcessHandle broker = first.broker();
            // Kafka calls it an error if it is stopped while it is still making its own topics.
            awaitStatus("/ready", 200);

            first.terminate();

            assertThat(broker.isAlive()).isFalse();
        }
        try (BudgetProcess second = BudgetProcess.start(environment).awaitReady()) {
            assertThat(send("two")).isEqualTo(1);
            awaitStatus("/ready", 200);
            second.terminate();
        }
        List<String> log = Files.readAllLines(directory.resolve("logs").resolve("broker.log"));
        assertThat(log.stream().filter(line -> line.contains(BrokerProcess.READY))).hasSize(2);
        assertThat(log.stream().filter(line -> line.contains("ERROR"))).isEmpty();
    }

    @Test
    void saysThatItIsStartingUntilItServes() throws Exception {
        try (BudgetProcess budget = BudgetProcess.start(environment)) {
            HttpResponse<String> first = awaitAnswer("/health");
            assertThat(first.statusCode()).isEqualTo(503);
            assertThat(first.body())
                    .contains(
                            "\"status\":\"starting\"",
                            "\"missing\":[\"http\",\"kafka\",\"decisions\"]");

            budget.awaitReady();
            awaitStatus("/health", 200);
            assertThat(get(address("/health")).body()).contains("\"missing\":[]");
            budget.terminate();
        }
    }

    @Test
    void losesNothingWhenItIsKilled() throws Exception {
        try (BudgetProcess first = BudgetProcess.start(environment).awaitReady()) {
            send("one");
            ProcessHandle broker = first.broker();

            first.kill();
            try (BudgetProcess second = BudgetProcess.start(environment)) {
                second.awaitLine("is ready after");

                assertThat(broker.isAlive()).isFalse();
                assertThat(second.said()).noneMatch(line -> line.contains("is in use"));
                assertThat(send("two")).isEqualTo(1);
                second.terminate();
            }
        }
    }

    @Test
    void answersOnBothLoopbackAddressesAndEndsWhenAskedTo() throws Exception {
        try (BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            for (String address : List.of("127.0.0.1", "[::1]")) {
                assertThat(get("http://" + address + ":" + port + "/").statusCode()).isEqualTo(200);
            }
            ProcessHandle broker = budget.broker();

            assertThat(post(address("/shutdown")).statusCode()).isEqualTo(202);

            assertThat(budget.awaitExit()).isZero();
            assertThat(broker.isAlive()).isFalse();
        }
    }

    @Test
    void stopsUnderLoadAndKeepsWhatItAcknowledgedAlsoInABackup() throws Exception {
        int acknowledged;
        Map<String, String> answers;
        try (BudgetProcess first = BudgetProcess.start(environment).awaitReady()) {
            awaitStatus("/ready", 200);
            var senders = new UsageSenders(address(""), 4);
            senders.awaitAcknowledged(500);
            ProcessHandle broker = first.broker();

            first.terminate();

            acknowledged = senders.awaitEnd();
            assertThat(broker.isAlive()).isFalse();
            assertThat(first.said()).noneMatch(line -> line.contains("While stopping"));
        }
        try (BudgetProcess second = BudgetProcess.start(environment).awaitReady()) {
            awaitStatus("/ready", 200);
            // What was read but not committed before the stop is counted after it.
            int counted = awaitRecordsOfStopping(acknowledged);
            // What was sent and not answered may be counted as well: at most one per sender.
            assertThat(counted).isBetween(acknowledged, acknowledged + 4);
            spend();
            answers = answers();
            second.terminate();
        }
        saveAndRestoreElsewhere();
        try (BudgetProcess restored = BudgetProcess.start(environment).awaitReady()) {
            awaitStatus("/ready", 200);
            for (Map.Entry<String, String> answer : answers.entrySet()) {
                assertThat(get(address(answer.getKey())).body())
                        .as(answer.getKey())
                        .isEqualTo(answer.getValue());
            }
            // A known record and a known request change nothing; what was left fits, more does not.
            post("/api/usage/record", "", RECORD, 201);
            assertThat(post("/api/allocations", "job-1", ALLOCATION, 201)).contains(allocation);
            post("/api/allocations", "job-2", ALLOCATION, 402);
            post("/api/usage/record", "", RECORD.replace("once", "twice"), 201);
            Patience.await(
                    () ->
                            get(address("/api/totals/contexts/saved"))
                                    .body()
                                    .contains("\"record_count\":2,"));
            restored.terminate();
        }
    }

    /** A little of everything that is kept: a budget, a limit, an allocation, a priced record. */
    private void spend() throws Exception {
        post("/api/budgets", "", "{\"budget_id\": \"team-a\", \"name\": \"Team A\"}", 201);
        post(
                "/api/policies",
                "",
                """
                {"budget_id": "team-a", "type": "hard_limit", "period": "monthly",
                 "token_limit": 5000}\
                """,
                201);
        Matcher granted =
                Pattern.compile("\"allocation_id\":\"(team-a[^\"]+)\"")
                        .matcher(post("/api/allocations", "job-1", ALLOCATION, 201));
        assertThat(granted.find()).isTrue();
        allocation = granted.group(1);
        post("/api/usage/record", "", RECORD, 201);
        // Stage two and the ledger have it as well.
        Patience.await(
                () ->
                        get(address("/api/totals/budgets/team-a"))
                                .body()
                                .contains("\"record_count\":1,"));
        Patience.await(
                () ->
                        get(address("/api/budgets/team-a/summary?period=monthly"))
                                .body()
                                .contains("120"));
    }

    /** What shall be answered after a restore, by path. */
    private Map<String, String> answers() throws Exception {
        Map<String, String> answers = new HashMap<>();
        for (String path :
                List.of(
                        "/api/totals/contexts/stopping-0",
                        "/api/totals/contexts/saved",
                        "/api/totals/components/stopping",
                        "/api/totals/budgets/team-a",
                        "/api/budgets/team-a",
                        "/api/budgets/team-a/policies",
                        "/api/allocations/" + allocation,
                        "/api/usage/records/once",
                        "/api/prices?provider=openai&model=gpt-4o")) {
            HttpResponse<String> answer = get(address(path));
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            answers.put(path, answer.body());
        }
        return answers;
    }

    private void saveAndRestoreElsewhere() throws Exception {
        String backup = directory.resolve("backup").toString();
        run("save", backup);
        environment = new HashMap<>(environment);
        environment.put("BUDGET_DATA_DIR", directory.resolve("elsewhere").toString());
        run("restore", backup);
    }

    private void run(String what, String backup) throws Exception {
        BackupCommand.run(
                List.of(BackupCommand.MODE, what, backup),
                new Environment(environment),
                System.out);
    }

    private String post(String path, String key, String body, int status) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address(path)))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        HttpResponse<String> answer = send(request.build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body();
    }

    @Test
    void startsTheBrokerAgainWhenItDiesAlone() throws Exception {
        try (BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            send("one");
            ProcessHandle killed = budget.broker();

            killed.destroyForcibly();
            budget.awaitLine("starting it again in 1 s");
            ProcessHandle next = budget.awaitBroker(child -> child.pid() != killed.pid());

            assertThat(send("two")).isEqualTo(1);
            budget.terminate();
            assertThat(next.isAlive()).isFalse();
        }
    }

    @Test
    void startsTheBrokerAgainOnceTheDiskHasRoom() throws Exception {
        Path full = Path.of("/dev/full");
        Path log = directory.resolve("logs").resolve("broker.log");
        Files.createDirectories(log.getParent());
        Files.createSymbolicLink(log, full);
        try (BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            send("one");
            ProcessHandle killed = budget.broker();
            Path configuration = directory.resolve("kafka").resolve("server.properties");
            Files.delete(configuration);
            Files.createSymbolicLink(configuration, full);

            killed.destroyForcibly();
            budget.awaitLine("No space left on device); starting it again in 2 s");
            Files.delete(configuration);
            budget.awaitBroker(child -> child.pid() != killed.pid());

            assertThat(send("two")).isEqualTo(1);
        }
    }

    @Test
    void theBrokerEndsWithItsParentEvenWhileStarting() throws Exception {
        try (BudgetProcess budget = BudgetProcess.start(environment)) {
            ProcessHandle broker = budget.broker();

            budget.kill();

            broker.onExit().get(Patience.SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void stopsInTheMiddleOfAStart() throws Exception {
        try (BudgetProcess budget = BudgetProcess.start(environment)) {
            ProcessHandle broker = budget.broker();

            budget.terminate();

            assertThat(broker.isAlive()).isFalse();
        }
    }

    @Test
    void onlyTheParentEndsTheBroker() throws Exception {
        try (BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            ProcessHandle broker = budget.broker();
            for (String signal : List.of("-INT", "-HUP", "-TERM")) {
                new ProcessBuilder("kill", signal, String.valueOf(broker.pid())).start().waitFor();
            }

            assertThat(send("one")).isZero();
            assertThat(budget.broker().pid()).isEqualTo(broker.pid());
            budget.terminate();
        }
    }

    @Test
    void takesAnotherPortForTheBrokerIfItsOwnIsTaken() throws Exception {
        try (ServerSocket other =
                        new ServerSocket(kafkaPort, 1, InetAddress.ofLiteral("127.0.0.1"));
                BudgetProcess budget = BudgetProcess.start(environment).awaitReady()) {
            String line = budget.awaitLine("BUDGET_KAFKA_PORT");

            assertThat(line).startsWith("Port " + other.getLocalPort());
            kafkaPort = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
            assertThat(send("one")).isZero();
            budget.terminate();
        }
    }

    @Test
    void refusesABusyPortBeforeAnythingElse() throws Exception {
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
                BudgetProcess budget = BudgetProcess.start(environment)) {
            assertThat(budget.awaitExit()).isEqualTo(1);
            assertThat(budget.said())
                    .containsExactly(
                            "port "
                                    + other.getLocalPort()
                                    + " is in use; stop the program that listens there, or set"
                                    + " BUDGET_PORT to another port");
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void refusesADataDirectoryInUse() throws Exception {
        try (BudgetProcess first = BudgetProcess.start(environment).awaitReady()) {
            Map<String, String> elsewhere = new HashMap<>(environment);
            List<Integer> ports = FreePorts.find(2);
            elsewhere.put("BUDGET_PORT", String.valueOf(ports.get(0)));
            elsewhere.put("BUDGET_KAFKA_PORT", String.valueOf(ports.get(1)));
            try (BudgetProcess second = BudgetProcess.start(elsewhere)) {
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.said())
                        .containsExactly(
                                "BUDGET_DATA_DIR: "
                                        + directory
                                        + " is in use by process "
                                        + first.pid());
            }
            assertThat(first.isAlive()).isTrue();
            first.terminate();
        }
    }

    @Test
    void usesAnotherClusterIfToldTo() throws Exception {
        try (TestBroker cluster = TestBroker.start()) {
            Map<String, String> told = new HashMap<>(environment);
            told.put("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
            try (BudgetProcess budget = BudgetProcess.start(told)) {
                budget.awaitLine("is ready after");
                budget.awaitLine("Kafka on " + cluster.bootstrapServers());
                assertThat(budget.brokers()).isEmpty();
                budget.terminate();
            }
        }
    }

    @Test
    void refusesAnImpossibleSetting() throws Exception {
        Map<String, String> impossible = new HashMap<>(environment);
        impossible.put("BUDGET_PORT", "99999");
        try (BudgetProcess budget = BudgetProcess.start(impossible)) {
            assertThat(budget.awaitExit()).isEqualTo(1);
            assertThat(budget.said()).containsExactly("BUDGET_PORT: 99999 (expected: 1 to 65535)");
        }
    }

    @Test
    void givesUpAStartWhoseBrokerCannotRun() throws Exception {
        Map<String, String> impossible = new HashMap<>(environment);
        impossible.put("BUDGET_KAFKA_OPTS", "-Xmx1k");
        try (BudgetProcess budget = BudgetProcess.start(impossible)) {
            assertThat(budget.awaitExit()).isEqualTo(1);
            assertThat(budget.said().getLast())
                    .startsWith("the local broker ended with status 1; its log: ");
        }
    }

    private static HttpResponse<String> get(String address) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(address)).build());
    }

    private static HttpResponse<String> post(String address) throws Exception {
        return send(
                HttpRequest.newBuilder(URI.create(address)).POST(BodyPublishers.noBody()).build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }

    private int awaitRecordsOfStopping(int atLeast) throws Exception {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        while (true) {
            String total = get(address("/api/totals/components/stopping")).body();
            Matcher count = Pattern.compile("\"record_count\":(\\d+)").matcher(total);
            if (count.find() && Integer.parseInt(count.group(1)) >= atLeast) {
                return Integer.parseInt(count.group(1));
            }
            assertThat(System.nanoTime()).as(total).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private String address(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    private HttpResponse<String> awaitAnswer(String path) throws Exception {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        while (true) {
            try {
                return get(address(path));
            } catch (ConnectException notYet) {
                assertThat(System.nanoTime()).as(path).isLessThan(deadline);
                Thread.sleep(5);
            }
        }
    }

    private void awaitStatus(String path, int status) throws Exception {
        Patience.await(() -> get(address(path)).statusCode() == status);
    }

    /** Appends a record to a topic that is made if needed, and returns its offset. */
    private long send(String value) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", "127.0.0.1:" + kafkaPort, "acks", "all");
        try (Admin admin = Admin.create(settings);
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(
                                settings, new StringSerializer(), new StringSerializer())) {
            try {
                admin.createTopics(List.of(new NewTopic(PROBE.topic(), 1, (short) 1)))
                        .all()
                        .get(Patience.SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException exists) {
                assertThat(exists).hasCauseInstanceOf(TopicExistsException.class);
            }
            long offset =
                    producer.send(new ProducerRecord<>(PROBE.topic(), value))
                            .get(Patience.SECONDS, TimeUnit.SECONDS)
                            .offset();
            long end =
                    admin.listOffsets(Map.of(PROBE, OffsetSpec.latest()))
                            .partitionResult(PROBE)
                            .get(Patience.SECONDS, TimeUnit.SECONDS)
                            .offset();
            assertThat(end).isEqualTo(offset + 1);
            return offset;
        }
    }
}
