package tekton.budget.bench.oracle;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The prices of the price topic, and what a record costs by them. */
public final class PriceList {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final int PLACES = 12;

    private final Map<String, List<ListedPrice>> byModel = new HashMap<>();

    /** One version and the instants between which it holds, epoch milliseconds. */
    private record ListedPrice(String id, long fromMs, String source, ModelRates rates) {}

    private record ModelRates(
            BigDecimal input,
            BigDecimal output,
            BigDecimal cachedInput,
            BigDecimal cacheWrite,
            BigDecimal reasoning,
            BigDecimal request) {}

    /** The prices that these values of the topic say. */
    public PriceList(Collection<byte[]> values) {
        Map<String, ListedPrice> distinct = new HashMap<>();
        Map<String, String> models = new HashMap<>();
        for (byte[] value : values) {
            JsonNode json = JSON.readTree(value);
            String model = json.path("provider").asString() + '/' + json.path("model").asString();
            String from = json.path("effective_from").asString();
            String source = json.path("source").asString();
            String id = model + '@' + from + '#' + source;
            distinct.put(
                    id,
                    new ListedPrice(
                            id,
                            Instant.parse(from).toEpochMilli(),
                            source,
                            rates(json.path("rates"))));
            models.put(id, model);
        }
        distinct.forEach(
                (id, version) ->
                        byModel.computeIfAbsent(models.getOrDefault(id, ""), m -> new ArrayList<>())
                                .add(version));
        byModel.values()
                .forEach(
                        versions ->
                                versions.sort(
                                        Comparator.comparingLong(ListedPrice::fromMs)
                                                .thenComparing(ListedPrice::source)));
    }

    private static ModelRates rates(JsonNode rates) {
        BigDecimal input = rate(rates, "input", null);
        BigDecimal output = rate(rates, "output", null);
        return new ModelRates(
                input,
                output,
                rate(rates, "cached_input", input),
                rate(rates, "cache_write", input),
                rate(rates, "reasoning", output),
                rate(rates, "request", BigDecimal.ZERO));
    }

    private static BigDecimal rate(JsonNode rates, String name, @Nullable BigDecimal whole) {
        JsonNode value = rates.path(name);
        if (value.isNumber()) {
            return value.decimalValue().setScale(PLACES, RoundingMode.HALF_EVEN);
        }
        if (whole == null) {
            throw new IllegalArgumentException("price without rate " + name + ": " + rates);
        }
        return whole;
    }

    /** The prices of the price topic as it is now. */
    public static PriceList read(String bootstrapServers) throws IOException {
        List<byte[]> values = new ArrayList<>();
        TopicReader.read(
                bootstrapServers,
                "budget.prices",
                price -> {
                    if (price.value() != null) {
                        values.add(price.value());
                    }
                });
        return new PriceList(values);
    }

    /**
     * What plain tokens cost at an instant, epoch milliseconds, exactly and in dollars; empty when
     * there is no price.
     */
    public Optional<BigDecimal> cost(
            String provider, String model, long atMs, long input, long output) {
        return inForce(provider + '/' + model, atMs, "")
                .map(ListedPrice::rates)
                .map(rates -> product(input, rates.input()).add(product(output, rates.output())));
    }

    /** The exact cost in dollars, or empty when there is no price. */
    Optional<BigDecimal> cost(JudgedUsage usage) {
        JudgedUsage.Content content = usage.content();
        return inForce(
                        content.provider() + '/' + content.model(),
                        usage.atMs(),
                        usage.pricingVersion())
                .map(version -> cost(version.rates(), content));
    }

    private static BigDecimal cost(ModelRates rates, JudgedUsage.Content content) {
        long plainInput = content.input() - content.cachedInput() - content.cacheWrite();
        long plainOutput = content.output() - content.reasoning();
        return product(plainInput, rates.input())
                .add(product(content.cachedInput(), rates.cachedInput()))
                .add(product(content.cacheWrite(), rates.cacheWrite()))
                .add(product(plainOutput, rates.output()))
                .add(product(content.reasoning(), rates.reasoning()))
                .add(rates.request());
    }

    private static BigDecimal product(long tokens, BigDecimal rate) {
        return rate.multiply(BigDecimal.valueOf(tokens));
    }

    private Optional<ListedPrice> inForce(String model, long atMs, String stamped) {
        List<ListedPrice> versions = byModel.getOrDefault(model, List.of());
        ListedPrice found = null;
        for (int i = 0; i < versions.size(); i++) {
            ListedPrice version = versions.get(i);
            boolean begun = version.fromMs() <= atMs;
            boolean ended = i + 1 < versions.size() && versions.get(i + 1).fromMs() <= atMs;
            if (begun && !ended) {
                found = version;
                if (version.id().equals(stamped)) {
                    break;
                }
            }
        }
        return Optional.ofNullable(found);
    }

    /** Whether a model has a price. */
    public boolean has(String provider, String model) {
        return byModel.containsKey(provider + '/' + model);
    }

    /** How many models have a price. */
    public int models() {
        return byModel.size();
    }
}
