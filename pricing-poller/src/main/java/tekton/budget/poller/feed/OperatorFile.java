package tekton.budget.poller.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.codec.ClientTerms;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceTerms;
import tekton.budget.poller.feed.FeedReading.Unread;
import tekton.budget.poller.feed.OperatorReading.OperatorEntry;
import tekton.budget.value.Providers;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An operator's own price file: {@code {"prices": [{"provider", "model", "effective_from", "rates":
 * {"input", "output", …}, "long_context", "service_tiers"}]}}, in USD per token, written like the
 * built-in catalogue; {@code effective_from} and what follows {@code rates} are optional.
 */
public final class OperatorFile {

    private static final Set<String> FIELDS =
            Set.of(
                    "provider",
                    "model",
                    "effective_from",
                    "rates",
                    "long_context",
                    "service_tiers",
                    "source_url",
                    "comment");

    private OperatorFile() {}

    /**
     * What the bytes say.
     *
     * @throws UnreadableFeedException if they are no such file; an entry that is wrong spoils no
     *     other
     */
    public static OperatorReading read(byte[] bytes) throws UnreadableFeedException {
        JsonNode prices;
        try (var json = FeedText.parser(bytes)) {
            JsonNode document = json.readValueAsTree();
            prices = document.path("prices");
            if (json.nextToken() != null) {
                throw new UnreadableFeedException("more than one JSON document");
            }
        } catch (JacksonException e) {
            throw FeedText.notJson(e);
        }
        if (!prices.isArray()) {
            throw new UnreadableFeedException("prices: missing (expected: a list)");
        }
        List<OperatorEntry> entries = new ArrayList<>();
        List<Unread> unread = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (JsonNode price : prices) {
            String name =
                    FeedText.shown(
                            price.path("provider").asString("?")
                                    + '/'
                                    + price.path("model").asString("?"));
            try {
                OperatorEntry entry = entry(price);
                if (!named.add(entry.model() + "@" + entry.from())) {
                    throw new IllegalArgumentException("named twice for the same time");
                }
                entries.add(entry);
            } catch (IllegalArgumentException wrong) {
                unread.add(new Unread(name, FeedText.shown(String.valueOf(wrong.getMessage()))));
            }
        }
        return new OperatorReading(entries, unread);
    }

    private static OperatorEntry entry(JsonNode price) {
        for (Map.Entry<String, JsonNode> field : price.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new IllegalArgumentException(
                        "%s: not known (expected: %s)"
                                .formatted(
                                        FeedText.shown(field.getKey()),
                                        String.join(", ", new TreeSet<>(FIELDS))));
            }
        }
        PriceTerms terms = ClientTerms.read(price);
        Optional<ModelKey> model =
                ModelKey.of(
                        // Another spelling would not win against the usual one's prices.
                        Providers.canonical(price.path("provider").asString("")),
                        price.path("model").asString(""));
        if (model.isEmpty()) {
            throw new IllegalArgumentException("provider or model: missing or impossible");
        }
        String raw = price.toString();
        return new OperatorEntry(
                model.get(),
                terms,
                from(price.get("effective_from")),
                raw.substring(0, Math.min(raw.length(), PricePublished.RAW_LENGTH_MAX)));
    }

    private static @Nullable Instant from(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return null;
        }
        try {
            Instant from = Instant.parse(value.asString(""));
            PricePublished.checkTime("effective_from", from);
            return from;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "effective_from: %s (expected: a time such as 2026-05-01T00:00:00Z)"
                            .formatted(value),
                    e);
        }
    }
}
