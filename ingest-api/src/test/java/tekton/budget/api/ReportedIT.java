package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.api.UsageOracle.Counted;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;

import tools.jackson.databind.JsonNode;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Reports and lists over usage of every kind equal what an oracle makes of the topic, to the last
 * digit.
 */
@TestMethodOrder(OrderAnnotation.class)
class ReportedIT {

    private static final long SEED = Long.getLong("seed", new Random().nextLong());
    private static final Random RANDOM = new Random(SEED);
    private static final List<String> NAMES =
            List.of("budget", "component", "provider", "model", "tier", "task_type");
    private static final List<String> TIMES = List.of("hour", "day", "week", "month");
    private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "America/New_York");
    private static final List<String> FIGURES =
            List.of(
                    "input_tokens",
                    "output_tokens",
                    "total_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "reasoning_tokens",
                    "unpriced_tokens",
                    "estimated_tokens",
                    "total_cost",
                    "record_count",
                    "first_at",
                    "last_at");

    @TempDir private static Path data;

    private static TestBroker broker;
    private static Api api;
    private static ReportedUsage usage;
    private static UsageOracle oracle;
    private static List<Counted> counted;

    @BeforeAll
    static void writeAndWait() throws Exception {
        System.out.println("ReportedIT: -Dseed=" + SEED);
        broker = TestBroker.start();
        api = Api.start(broker.bootstrapServers(), data).awaitHealthy();
        Api.await(() -> api.get("/ready").statusCode() == 200);
        usage = new ReportedUsage(broker.bootstrapServers(), ReportedIT::partition, RANDOM);
        usage.write(800);
        assertThat(api.post("/api/usage/batch", usage.array(300)).statusCode()).isEqualTo(200);
        usage.write(800);
        Map<String, JsonNode> rates = new HashMap<>();
        for (String model : ReportedUsage.MODELS) {
            String[] parts = model.split(" ", 2);
            for (JsonNode price :
                    Api.json(api.get("/api/prices?provider=" + parts[0] + "&model=" + parts[1]))) {
                rates.put(parts[1], price.get("rates"));
            }
        }
        assertThat(rates).hasSize(3);
        oracle = new UsageOracle(broker.bootstrapServers(), ReportedIT::partition, rates);
        // What is moved to another partition is counted a moment after its position was passed.
        Api.await(
                () -> {
                    counted = oracle.counted();
                    HttpResponse<String> all =
                            api.get("/api/reports/usage", "Budget-Position", oracle.position);
                    return all.statusCode() == 200
                            && counted.stream().anyMatch(Counted::stray)
                            && Api.json(all).get("items").get(0).get("record_count").asInt()
                                    == counted.size();
                });
    }

    @AfterAll
    static void stop() {
        usage.close();
        api.close();
        broker.close();
    }

    @Test
    @Order(1)
    void shouldReportWhatTheTopicSays() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        check(List.of(), "", "UTC", c -> true);
        check(List.of("budget"), "", "UTC", c -> true);
        check(List.of("month", "task_type"), "", "America/New_York", c -> true);
        check(List.of("context"), "", "UTC", c -> true);
        check(List.of("context", "day"), "", "Europe/Berlin", c -> true);
        check(List.of("week"), "&context_id=ctx/7", "UTC", c -> c.id().startsWith("ctx/7/"));
        check(List.of("hour", "component", "tier", "model"), "", "Europe/Berlin", c -> true);
        check(List.of("model"), "&budget_id=none", "UTC", c -> false);
        for (String zone : List.of("Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns")) {
            // Budgets that nobody has made are counted by the finest cells.
            Predicate<Counted> teamA = c -> c.text("budget_id").equals("team-a");
            check(List.of("hour", "model"), "&budget_id=team-a", zone, teamA);
            check(List.of("component", "day"), "&budget_id=team-a", zone, teamA);
            check(List.of("week"), "&budget_id=team-a", zone, teamA);
        }
        Predicate<Counted> named = c -> !c.text("user_id").isEmpty();
        check(List.of("user"), "", "UTC", named);
        check(List.of("user", "week"), "", "Europe/Berlin", named);
        check(List.of(), "&user_id=nobody", "UTC", c -> false);
        for (int i = 0; i < 35; i++) {
            boolean ofUsers = i >= 25;
            List<String> groupBy = new ArrayList<>(NAMES);
            Collections.shuffle(groupBy, RANDOM);
            groupBy = new ArrayList<>(groupBy.subList(0, RANDOM.nextInt(NAMES.size() + 1)));
            if (RANDOM.nextInt(3) > 0) {
                groupBy.add(RANDOM.nextInt(groupBy.size() + 1), pick(TIMES));
            }
            String zone = pick(ZONES);
            LocalDate from = today.minusDays(RANDOM.nextInt(34));
            LocalDate to = from.plusDays(RANDOM.nextInt(12));
            long fromMs = ms(from, zone);
            long untilMs = ms(to.plusDays(1), zone);
            Predicate<Counted> filter = c -> c.atMs() >= fromMs && c.atMs() < untilMs;
            StringBuilder query = new StringBuilder("&from=" + from + "&to=" + to);
            for (String name : NAMES) {
                if (RANDOM.nextInt(5) == 0) {
                    String field = name.equals("budget") ? "budget_id" : name;
                    String value = valueOf(name);
                    query.append('&').append(field).append('=').append(encoded(value));
                    filter = filter.and(c -> c.text(field).equals(value));
                }
            }
            if (ofUsers) {
                groupBy.add(RANDOM.nextInt(groupBy.size() + 1), "user");
                filter = filter.and(named);
                if (RANDOM.nextBoolean()) {
                    String user = pick(ReportedUsage.USERS);
                    query.append("&user_id=").append(encoded(user));
                    filter = filter.and(c -> c.text("user_id").equals(user));
                }
            }
            check(groupBy, query.toString(), zone, filter);
        }
    }

    /** In all, and in a window in which they all were. */
    @Test
    @Order(1)
    void shouldTotalWhatUsersUse() throws Exception {
        String window = "?from=" + LocalDate.now(ZoneOffset.UTC).minusDays(34);
        for (String user : ReportedUsage.USERS) {
            List<String> expected =
                    UsageOracle.report(
                                    counted,
                                    List.of(),
                                    ZoneOffset.UTC,
                                    c -> c.text("user_id").equals(user))
                            .getFirst();
            for (String path : List.of("", window)) {
                JsonNode total = Api.json(read("/api/totals/users/" + encoded(user) + path));
                assertThat(total.get("id").asString()).isEqualTo(user);
                assertThat(FIGURES.stream().map(name -> shown(total.get(name))).toList())
                        .as(user + path)
                        .isEqualTo(expected);
            }
        }
        JsonNode largest = Api.json(read("/api/totals/users?top=records"));
        assertThat(largest.get("items").size()).isEqualTo(ReportedUsage.USERS.size());
    }

    /** Each hour and cell is a charge, as FOCUS wants it, with the oracle's figures. */
    @Test
    @Order(2)
    void shouldExportWhatTheTopicSays() throws Exception {
        LocalDate from = LocalDate.now(ZoneOffset.UTC).minusDays(40);
        checkExport("1.2", "csv", "&from=" + from, c -> true);
        checkExport("1.3", "jsonl", "&from=" + from, c -> true);
        LocalDate first = LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1);
        checkExport(
                "1.3",
                "csv",
                "&budget_id=team-a",
                c -> c.text("budget_id").equals("team-a") && c.atMs() >= ms(first, "UTC"));
    }

    private static void checkExport(
            String version, String format, String query, Predicate<Counted> filter)
            throws Exception {
        String path = "/api/exports/focus?version=%s&format=%s%s".formatted(version, format, query);
        String body = read(path).body();
        List<Map<String, String>> rows =
                format.equals("csv") ? FocusRules.csv(body) : FocusRules.jsonLines(body);
        List<String> header =
                format.equals("csv")
                        ? FocusRules.csvHeader(body)
                        : List.copyOf(rows.getFirst().keySet());

        assertThat(FocusRules.violations(version, header, rows)).as(path).isEmpty();
        List<List<String>> expected =
                UsageOracle.report(
                        counted,
                        List.of(
                                "hour",
                                "budget",
                                "component",
                                "provider",
                                "model",
                                "tier",
                                "task_type"),
                        ZoneOffset.UTC,
                        filter);
        assertThat(expected).isNotEmpty();
        List<List<String>> exported = new ArrayList<>();
        for (Map<String, String> row : rows) {
            JsonNode tags = Api.json(row.get("Tags"));
            List<String> values =
                    new ArrayList<>(
                            List.of(
                                    row.get("ChargePeriodStart"),
                                    row.get("BillingAccountId"),
                                    text(tags, "component"),
                                    row.get("ProviderName"),
                                    row.get("ServiceName"),
                                    text(tags, "tier"),
                                    text(tags, "task_type")));
            for (String name :
                    List.of(
                            "x_InputTokens",
                            "x_OutputTokens",
                            "ConsumedQuantity",
                            "x_CachedInputTokens",
                            "x_CacheWriteTokens",
                            "x_ReasoningTokens",
                            "x_UnpricedTokens",
                            "x_EstimatedTokens",
                            "BilledCost",
                            "x_Records")) {
                values.add(row.get(name));
            }
            exported.add(values);
        }
        assertThat(exported)
                .as(path)
                .isEqualTo(
                        expected.stream()
                                .map(
                                        row -> {
                                            List<String> shown =
                                                    new ArrayList<>(row.subList(0, row.size() - 2));
                                            if (format.equals("csv")) {
                                                shown.set(4, harmless(shown.get(4)));
                                            }
                                            return shown;
                                        })
                                .toList());
    }

    @Test
    @Order(3)
    void shouldSumTheSameForTektonsClients() throws Exception {
        LocalDate from = LocalDate.now(ZoneOffset.UTC).minusDays(20);
        long fromMs = ms(from, "UTC");
        JsonNode summary =
                Api.json(read("/api/v1/reports/summary?component=chat&start_time=" + from));
        List<String> chat =
                UsageOracle.report(
                                counted,
                                List.of(),
                                ZoneOffset.UTC,
                                c -> c.atMs() >= fromMs && c.text("component").equals("chat"))
                        .getFirst();
        assertThat(summary.get("total_tokens").asString()).isEqualTo(chat.get(2));
        assertThat(UsageOracle.plain(summary.get("total_cost").decimalValue()))
                .isEqualTo(chat.get(8));
        assertThat(summary.get("count").asString()).isEqualTo(chat.get(9));

        List<List<String>> days = new ArrayList<>();
        for (JsonNode row :
                Api.json(
                        read(
                                "/api/usage/analytics?period=daily&start_date=%sT00:00:00.000000"
                                        .formatted(from)))) {
            List<String> values = new ArrayList<>();
            for (String name :
                    List.of(
                            "date",
                            "provider",
                            "model",
                            "component",
                            "input_tokens",
                            "output_tokens",
                            "total_tokens",
                            "total_cost",
                            "request_count")) {
                values.add(shown(row.get(name)));
            }
            days.add(values);
        }
        assertThat(days)
                .isEqualTo(
                        UsageOracle.report(
                                        counted,
                                        List.of("day", "provider", "model", "component"),
                                        ZoneOffset.UTC,
                                        c -> c.atMs() >= fromMs)
                                .stream()
                                .map(
                                        row -> {
                                            List<String> some = new ArrayList<>(row.subList(0, 7));
                                            some.addAll(row.subList(12, 14));
                                            return some;
                                        })
                                .toList());
    }

    @Test
    @Order(4)
    void shouldListWhatWasCountedNewestFirst() throws Exception {
        checkList("", c -> true);
        checkList("&component=" + encoded("a,\"b\""), c -> c.text("component").equals("a,\"b\""));
        checkList(
                "&budget_id=team-a&model=llama3",
                c -> c.text("budget_id").equals("team-a") && c.text("model").equals("llama3"));
        checkList("&context_id=ctx/3", c -> c.text("context_id").equals("ctx/3"));
        checkList(
                "&task_type=coding&provider=anthropic",
                c ->
                        c.text("task_type").equals("coding")
                                && c.text("provider").equals("anthropic"));
        LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(9);
        checkList(
                "&start_date=" + day + "&end_date=" + day.plusDays(2),
                c -> c.atMs() >= ms(day, "UTC") && c.atMs() < ms(day.plusDays(3), "UTC"));
    }

    /** The bound of one page: what is behind it is reached by cursors, never said to be nothing. */
    @Test
    @Order(5)
    void shouldSayWhenItHasNotReadEverything() throws Exception {
        usage.repeat(20_050);
        assertThat(oracle.counted()).hasSameSizeAs(counted);

        JsonNode first = Api.json(read("/api/usage/records?page=1"));
        assertThat(first.get("items").size()).isZero();
        assertThat(first.get("total").asInt()).isZero();
        assertThat(first.get("total_exact").booleanValue()).isFalse();
        JsonNode next = Api.json(read("/api/usage/records?cursor=" + text(first, "next")));
        assertThat(next.get("items").get(0).get("record_id").asString())
                .isEqualTo(counted.getFirst().text("record_id"));
        HttpResponse<String> beyond = api.get("/api/usage/records?page=2");
        assertThat(beyond.statusCode()).isEqualTo(422);
        assertThat(Api.json(beyond).get("detail").asString()).contains("page: 2", "cursor");
    }

    private static void check(
            List<String> groupBy, String query, String zone, Predicate<Counted> filter)
            throws Exception {
        String path =
                "/api/reports/usage?zone=%s&group_by=%s%s"
                        .formatted(zone, String.join(",", groupBy), query);
        List<List<String>> expected = UsageOracle.report(counted, groupBy, ZoneId.of(zone), filter);

        JsonNode json = Api.json(read(path));
        List<String> columns = new ArrayList<>(groupBy);
        columns.addAll(FIGURES);
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode item : json.get("items")) {
            assertThat(item.propertyNames()).containsExactlyElementsOf(columns);
            rows.add(columns.stream().map(name -> shown(item.get(name))).toList());
        }
        assertThat(rows).as(path).isEqualTo(expected);
        assertThat(json.get("total").asInt()).isEqualTo(expected.size());

        HttpResponse<String> csv = read(path + "&format=csv");
        List<List<String>> lines = Csv.parse(csv.body());
        assertThat(lines.getFirst()).isEqualTo(columns);
        assertThat(lines.subList(1, lines.size()))
                .as(path)
                .isEqualTo(
                        expected.stream()
                                .map(row -> row.stream().map(ReportedIT::harmless).toList())
                                .toList());
    }

    private static void checkList(String query, Predicate<Counted> filter) throws Exception {
        List<Counted> expected = counted.stream().filter(filter).toList();
        assertThat(expected).as(query).isNotEmpty();
        List<JsonNode> items = new ArrayList<>();
        String path = "/api/usage/records?limit=37" + query;
        String cursor = "";
        while (cursor != null) {
            JsonNode page = Api.json(read(path + cursor));
            page.get("items").forEach(items::add);
            cursor = page.get("next").isNull() ? null : "&cursor=" + text(page, "next");
        }
        assertThat(items)
                .extracting(item -> text(item, "context_id") + '/' + text(item, "record_id"))
                .as(query)
                .isEqualTo(expected.stream().map(Counted::id).toList());
        for (int i = 0; i < items.size(); i++) {
            assertThat(shown(items.get(i).get("cost")))
                    .isEqualTo(UsageOracle.plain(expected.get(i).cost()));
        }
        int last = (expected.size() + 36) / 37;
        for (int number : new int[] {1, (last + 1) / 2, last, last + 1}) {
            JsonNode page = Api.json(read(path + "&page=" + number));
            assertThat(page.get("total").asInt()).isEqualTo(expected.size());
            assertThat(page.get("total_exact").booleanValue()).isTrue();
            assertThat(page.get("page").asInt()).isEqualTo(number);
            assertThat(page.get("items"))
                    .extracting(item -> text(item, "record_id"))
                    .isEqualTo(
                            expected.stream()
                                    .skip((number - 1) * 37L)
                                    .limit(37)
                                    .map(one -> one.text("record_id"))
                                    .toList());
        }
    }

    /** What a report does to a name that a spreadsheet would run. */
    private static String harmless(String value) {
        return value.matches("[=+\\-@].*") ? "'" + value : value;
    }

    private static String shown(JsonNode value) {
        return value.isNull()
                ? ""
                : value.isNumber() ? UsageOracle.plain(value.decimalValue()) : value.asString();
    }

    private static String valueOf(String name) {
        return switch (name) {
            case "budget" -> pick(ReportedUsage.BUDGETS);
            case "component" -> pick(ReportedUsage.COMPONENTS);
            case "provider" -> pick(ReportedUsage.MODELS).split(" ", 2)[0];
            case "model" -> pick(ReportedUsage.MODELS).split(" ", 2)[1];
            case "tier" -> pick(ReportedUsage.TIERS);
            default -> pick(ReportedUsage.TASKS);
        };
    }

    private static HttpResponse<String> read(String path) throws Exception {
        HttpResponse<String> response = api.get(path, "Budget-Position", oracle.position);
        assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
        return response;
    }

    private static String text(JsonNode json, String name) {
        return json.get(name).asString();
    }

    private static String pick(List<String> list) {
        return list.get(RANDOM.nextInt(list.size()));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static long ms(LocalDate day, String zone) {
        return day.atStartOfDay(ZoneId.of(zone)).toInstant().toEpochMilli();
    }

    private static int partition(String context) {
        return Partitions.of(context, UsageOracle.PARTITIONS);
    }
}
