package tekton.budget.api;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import tekton.budget.testbroker.Patience;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Works out from the topics which records count and what any report over them must say. Naive, and
 * without the product's code: decimal arithmetic, JSON trees, everything in memory. It understands
 * what its test writes, and that puts no copies of one id into different partitions.
 */
final class UsageOracle {

    static final int PARTITIONS = 6;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final Duration AGE_MAX = Duration.ofDays(35).plusMinutes(10);

    private final String bootstrapServers;
    private final ToIntFunction<String> partitionOf;
    private final Map<String, JsonNode> ratesByModel;

    /** The offset of the last record of each partition of the usage topic. */
    String position = "";

    /** A record that counts; {@code stray} if it was read where it had been moved to. */
    record Counted(
            JsonNode said,
            long atMs,
            BigDecimal cost,
            boolean unpriced,
            long arrivalMs,
            int partition,
            boolean stray,
            long offset) {

        String text(String name) {
            return said.path(name).asString();
        }

        long tokens(String name) {
            return said.path(name).asLong(0);
        }

        String id() {
            return text("context_id") + '/' + text("record_id");
        }

        String group(String by, ZoneId zone) {
            ZonedDateTime at = Instant.ofEpochMilli(atMs).atZone(zone);
            LocalDate day = at.toLocalDate();
            return switch (by) {
                case "budget", "context", "user" -> text(by + "_id");
                case "hour" ->
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                at.withMinute(0).withSecond(0).withNano(0));
                case "day" -> day.toString();
                case "week" -> day.minusDays(day.getDayOfWeek().getValue() - 1L).toString();
                case "month" -> day.toString().substring(0, 7);
                default -> text(by);
            };
        }
    }

    UsageOracle(
            String bootstrapServers,
            ToIntFunction<String> partitionOf,
            Map<String, JsonNode> ratesByModel) {
        this.bootstrapServers = bootstrapServers;
        this.partitionOf = partitionOf;
        this.ratesByModel = ratesByModel;
    }

    /** The records that count, newest arrival first. */
    List<Counted> counted() {
        Set<String> ids = new HashSet<>();
        List<Counted> counted = new ArrayList<>();
        for (boolean stray : new boolean[] {false, true}) {
            for (ConsumerRecord<byte[], byte[]> record :
                    read(stray ? "budget.usage-strays" : "budget.usage", !stray)) {
                JsonNode said = valid(record);
                if (said != null && isInPlace(record, said)) {
                    Counted one = rated(record, said, stray);
                    if (ids.add(one.id())) {
                        counted.add(one);
                    }
                }
            }
        }
        counted.sort(
                Comparator.comparingLong(Counted::arrivalMs)
                        .reversed()
                        .thenComparingInt(Counted::partition)
                        .thenComparing(Counted::stray)
                        .thenComparing(Counted::offset, Comparator.reverseOrder()));
        return counted;
    }

    /** The rows of a report, each its groups and figures as text. */
    static List<List<String>> report(
            List<Counted> counted, List<String> groupBy, ZoneId zone, Predicate<Counted> filter) {
        Map<List<String>, List<Counted>> groups =
                counted.stream()
                        .filter(filter)
                        .collect(
                                Collectors.groupingBy(
                                        one ->
                                                groupBy.stream()
                                                        .map(by -> one.group(by, zone))
                                                        .toList(),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        if (groupBy.isEmpty()) {
            groups.putIfAbsent(List.of(), List.of());
        }
        Comparator<List<String>> order = Comparator.comparingLong(key -> time(groupBy, key));
        for (int i = 0; i < groupBy.size(); i++) {
            int column = i;
            if (!isTime(groupBy.get(i))) {
                order = order.thenComparing(key -> key.get(column));
            }
        }
        return groups.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(order))
                .map(
                        group -> {
                            List<String> row = new ArrayList<>(group.getKey());
                            row.addAll(figures(group.getValue()));
                            return row;
                        })
                .toList();
    }

    private static List<String> figures(List<Counted> group) {
        long input = sum(group, "input_tokens");
        long output = sum(group, "output_tokens");
        long unpriced =
                group.stream()
                        .filter(Counted::unpriced)
                        .mapToLong(c -> c.tokens("input_tokens") + c.tokens("output_tokens"))
                        .sum();
        String first =
                group.stream()
                        .min(Comparator.comparingLong(Counted::atMs))
                        .map(one -> Instant.ofEpochMilli(one.atMs()).toString())
                        .orElse("");
        String last =
                group.stream()
                        .max(Comparator.comparingLong(Counted::atMs))
                        .map(one -> Instant.ofEpochMilli(one.atMs()).toString())
                        .orElse("");
        return List.of(
                "" + input,
                "" + output,
                "" + (input + output),
                "" + sum(group, "cached_input_tokens"),
                "" + sum(group, "cache_write_tokens"),
                "" + sum(group, "reasoning_tokens"),
                "" + unpriced,
                // No record here names a service tier, so none is estimated.
                "0",
                plain(group.stream().map(Counted::cost).reduce(BigDecimal.ZERO, BigDecimal::add)),
                "" + group.size(),
                first,
                last);
    }

    static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    static boolean isTime(String by) {
        return Set.of("hour", "day", "week", "month").contains(by);
    }

    private static long time(List<String> groupBy, List<String> key) {
        return IntStream.range(0, groupBy.size())
                .filter(i -> isTime(groupBy.get(i)))
                .mapToLong(
                        i ->
                                switch (groupBy.get(i)) {
                                    case "hour" -> OffsetDateTime.parse(key.get(i)).toEpochSecond();
                                    case "month" ->
                                            LocalDate.parse(key.get(i) + "-01").toEpochDay();
                                    default -> LocalDate.parse(key.get(i)).toEpochDay();
                                })
                .findFirst()
                .orElse(0);
    }

    private static long sum(List<Counted> group, String name) {
        return group.stream().mapToLong(one -> one.tokens(name)).sum();
    }

    private static JsonNode valid(ConsumerRecord<byte[], byte[]> record) {
        try {
            JsonNode said = JSON.readTree(record.value());
            boolean complete = said.hasNonNull("record_id") && said.hasNonNull("model");
            String at = said.path("timestamp").asString("");
            boolean recent =
                    at.isEmpty()
                            || !Instant.parse(at)
                                    .isBefore(
                                            Instant.ofEpochMilli(record.timestamp())
                                                    .minus(AGE_MAX));
            return complete && recent ? said : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private boolean isInPlace(ConsumerRecord<byte[], byte[]> record, JsonNode said) {
        String context = said.path("context_id").asString();
        return partitionOf.applyAsInt(context) == record.partition()
                && record.key() != null
                && new String(record.key(), StandardCharsets.UTF_8).equals(context);
    }

    private Counted rated(ConsumerRecord<byte[], byte[]> record, JsonNode said, boolean stray) {
        String at = said.path("timestamp").asString("");
        JsonNode rates = ratesByModel.get(said.path("model").asString());
        return new Counted(
                said,
                at.isEmpty() ? record.timestamp() : Instant.parse(at).toEpochMilli(),
                rates == null ? BigDecimal.ZERO : cost(said, rates),
                rates == null,
                record.timestamp(),
                record.partition(),
                stray,
                record.offset());
    }

    private static BigDecimal cost(JsonNode said, JsonNode rates) {
        BigDecimal cached = said.path("cached_input_tokens").decimalValue(BigDecimal.ZERO);
        BigDecimal input = said.path("input_tokens").decimalValue().subtract(cached);
        BigDecimal inputRate = rates.path("input").decimalValue();
        BigDecimal cachedRate = rates.path("cached_input").decimalValue(inputRate);
        return input.multiply(inputRate)
                .add(cached.multiply(cachedRate))
                .add(
                        said.path("output_tokens")
                                .decimalValue()
                                .multiply(rates.path("output").decimalValue()));
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic, boolean noteEnd) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "isolation.level",
                                "read_committed",
                                "fetch.max.wait.ms",
                                5),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> all =
                    IntStream.range(0, PARTITIONS)
                            .mapToObj(partition -> new TopicPartition(topic, partition))
                            .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
            while (!all.stream().allMatch(p -> consumer.position(p) >= ends.get(p))) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(topic + ": not read to " + ends);
                }
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            if (noteEnd) {
                position =
                        all.stream()
                                .filter(p -> ends.get(p) > 0)
                                .map(p -> "usage-" + p.partition() + ':' + (ends.get(p) - 1))
                                .collect(Collectors.joining(","));
            }
        }
        return records;
    }
}
