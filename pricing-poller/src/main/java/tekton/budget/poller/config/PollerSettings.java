package tekton.budget.poller.config;

import org.jspecify.annotations.Nullable;

import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.settings.KafkaConnection;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * What the pricing poller can be told. A value it cannot work with is refused by an {@link
 * InvalidSettingException}.
 *
 * @param kafka where Kafka is
 * @param dataDirectory holds the last good copies, in {@code prices}
 * @param sources the price lists, the most preferred first
 * @param litellm where LiteLLM's price map is: an http or https address, or a file's
 * @param openrouter where OpenRouter's models are
 * @param operatorFile the operator's own prices; null for none
 * @param updateOnStart whether the sources are asked at the start
 * @param interval how long between one poll and the next
 * @param changeFactor how many times a figure may change before it is quarantined
 */
public record PollerSettings(
        KafkaConnection kafka,
        Path dataDirectory,
        List<SourceName> sources,
        URI litellm,
        URI openrouter,
        @Nullable Path operatorFile,
        boolean updateOnStart,
        Duration interval,
        int changeFactor) {

    private static final String SOURCES = "BUDGET_PRICE_SOURCES";

    /** It becomes part of every price. */
    private static final int PLACE_LENGTH_MAX = 1_000;

    private static final String NONE = "none";
    private static final String LITELLM =
            "https://raw.githubusercontent.com/BerriAI/litellm/main/"
                    + "model_prices_and_context_window.json";
    private static final String OPENROUTER = "https://openrouter.ai/api/v1/models";

    public PollerSettings {
        sources = List.copyOf(sources);
    }

    /** What the environment says; the README's table lists the variables. */
    public static PollerSettings of(Environment environment) {
        return new PollerSettings(
                KafkaConnection.of(environment),
                environment.path("BUDGET_DATA_DIR", "./data"),
                sources(environment),
                place(environment, "BUDGET_PRICE_LITELLM", LITELLM),
                place(environment, "BUDGET_PRICE_OPENROUTER", OPENROUTER),
                environment.text("BUDGET_PRICE_FILE").isEmpty()
                        ? null
                        : environment.path("BUDGET_PRICE_FILE", "."),
                environment.flag("BUDGET_UPDATE_PRICES_ON_START", true),
                Duration.ofSeconds(
                        environment.integer(
                                "BUDGET_PRICE_UPDATE_INTERVAL", 3_600, 60, 30 * 86_400)),
                environment.integer("BUDGET_PRICE_CHANGE_FACTOR", 10, 2, 10_000));
    }

    /** The same with another Kafka. */
    public PollerSettings withKafka(KafkaConnection other) {
        return new PollerSettings(
                other,
                dataDirectory,
                sources,
                litellm,
                openrouter,
                operatorFile,
                updateOnStart,
                interval,
                changeFactor);
    }

    private static List<SourceName> sources(Environment environment) {
        String text = environment.text(SOURCES).orElse(SourceName.ALL);
        List<SourceName> names = new ArrayList<>();
        if (!text.equals(NONE)) {
            for (String name : text.split(",", -1)) {
                names.add(
                        SourceName.parse(name.strip())
                                .orElseThrow(
                                        () ->
                                                new InvalidSettingException(
                                                        SOURCES,
                                                        text,
                                                        "%s or %s"
                                                                .formatted(SourceName.ALL, NONE))));
            }
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw new InvalidSettingException(SOURCES, text, "each source once");
        }
        return names;
    }

    private static URI place(Environment environment, String name, String byDefault) {
        String text = environment.text(name).orElse(byDefault);
        if (text.length() > PLACE_LENGTH_MAX) {
            throw wrongPlace(name, text.substring(0, 64) + "…");
        }
        if (text.startsWith("http:") || text.startsWith("https:")) {
            return environment.httpUrl(name, byDefault);
        }
        try {
            URI address = text.startsWith("file:") ? new URI(text) : null;
            return (address == null ? Path.of(text) : Path.of(address))
                    .toAbsolutePath()
                    .normalize()
                    .toUri();
        } catch (URISyntaxException | InvalidPathException e) {
            throw wrongPlace(name, text);
        } catch (IllegalArgumentException notAFile) {
            throw wrongPlace(name, text);
        }
    }

    private static InvalidSettingException wrongPlace(String name, String text) {
        return new InvalidSettingException(name, text, "an http or https URL, or a file");
    }
}
