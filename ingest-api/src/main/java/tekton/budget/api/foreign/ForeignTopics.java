package tekton.budget.api.foreign;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.otlp.OtlpSignal;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The topics of other programs that are read.
 *
 * @param topics none for no consumer at all
 */
public record ForeignTopics(List<ForeignTopic> topics) {

    /** Nobody's. */
    public static final ForeignTopics NONE = new ForeignTopics(List.of());

    private static final String EVENTS = "BUDGET_CLOUDEVENTS_TOPICS";
    private static final String OTLP = "BUDGET_OTLP_TOPICS";

    /** In all; each that is missing is looked for now and then. */
    private static final int TOPICS_MAX = 20;

    /** Kafka's rule for names: org.apache.kafka.common.internals.Topic. */
    private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

    public ForeignTopics {
        topics = List.copyOf(topics);
    }

    /**
     * The topics of the environment.
     *
     * @throws InvalidSettingException if a name cannot be one, is a topic of Budget's own, comes
     *     twice, or does not tell which signal is in it
     */
    public static ForeignTopics of(Environment environment) {
        Set<String> taken = new HashSet<>(List.of(Topics.USAGE_RATED.name()));
        Topics.ALWAYS.stream().map(Topic::name).forEach(taken::add);
        List<ForeignTopic> topics = new ArrayList<>();
        String events = environment.text(EVENTS).orElse("");
        for (String name : names(events)) {
            topics.add(topic(EVENTS, events, name, null, taken));
        }
        String otlp = environment.text(OTLP).orElse("");
        for (String entry : names(otlp)) {
            int equals = entry.indexOf('=');
            String name = equals < 0 ? entry : entry.substring(0, equals).strip();
            OtlpSignal signal =
                    equals < 0 ? guessed(name) : named(entry.substring(equals + 1).strip());
            if (signal == null) {
                throw new InvalidSettingException(
                        OTLP,
                        otlp,
                        "names that tell one of spans, traces, logs and metrics, such as"
                                + " otlp_spans, or name=traces, name=logs, name=metrics");
            }
            topics.add(topic(OTLP, otlp, name, signal, taken));
        }
        return new ForeignTopics(topics);
    }

    private static List<String> names(String text) {
        return text.isEmpty() ? List.of() : List.of(text.strip().split("\\s*,\\s*", -1));
    }

    private static ForeignTopic topic(
            String setting,
            String value,
            String name,
            @Nullable OtlpSignal signal,
            Set<String> taken) {
        if (!NAME.matcher(name).matches()
                || !taken.add(name)
                || taken.size() > Topics.ALWAYS.size() + 1 + TOPICS_MAX) {
            throw new InvalidSettingException(
                    setting,
                    value,
                    "at most %d names of topics, each once and none of Budget's own, with commas between"
                            .formatted(TOPICS_MAX));
        }
        return new ForeignTopic(name, signal);
    }

    private static @Nullable OtlpSignal named(String signal) {
        return switch (signal) {
            case "traces" -> OtlpSignal.TRACES;
            case "logs" -> OtlpSignal.LOGS;
            case "metrics" -> OtlpSignal.METRICS;
            default -> null;
        };
    }

    /** The Collector's own names are otlp_spans, otlp_logs and otlp_metrics. */
    private static @Nullable OtlpSignal guessed(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        List<OtlpSignal> told = new ArrayList<>();
        if (lower.contains("span") || lower.contains("trace")) {
            told.add(OtlpSignal.TRACES);
        }
        if (lower.contains("log")) {
            told.add(OtlpSignal.LOGS);
        }
        if (lower.contains("metric")) {
            told.add(OtlpSignal.METRICS);
        }
        return told.size() == 1 ? told.getFirst() : null;
    }
}
