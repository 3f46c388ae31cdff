package tekton.budget.api.usage;

import tekton.budget.adapter.cloudevents.EventMapping;
import tekton.budget.adapter.otlp.OtlpMapping;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.value.Shown;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What foreign fields mean.
 *
 * @param otlp of OpenTelemetry's attributes
 * @param events of CloudEvents' types
 */
public record ForeignSettings(OtlpMapping otlp, EventMapping events) {

    /** What a newcomer would guess. */
    public static final ForeignSettings DEFAULT =
            new ForeignSettings(OtlpMapping.DEFAULT, EventMapping.DEFAULT);

    private static final int ATTRIBUTES_MAX = 20;

    /** The settings of the environment; docs/configuration.md lists the variables. */
    public static ForeignSettings of(Environment environment) {
        OtlpMapping byDefault = OtlpMapping.DEFAULT;
        return new ForeignSettings(
                new OtlpMapping(
                        attributes(environment, "BUDGET_OTLP_COMPONENT", byDefault.component()),
                        attributes(environment, "BUDGET_OTLP_CONTEXT", byDefault.context()),
                        attributes(environment, "BUDGET_OTLP_USER", byDefault.user()),
                        attributes(environment, "BUDGET_OTLP_BUDGET", byDefault.budget()),
                        environment.flag("BUDGET_OTLP_HOSTED_AGENTS", false)),
                environment
                        .text("BUDGET_EVENT_TYPES")
                        .map(ForeignSettings::events)
                        .orElse(EventMapping.DEFAULT));
    }

    private static List<String> attributes(
            Environment environment, String name, List<String> byDefault) {
        Optional<String> text = environment.text(name);
        if (text.isEmpty()) {
            return byDefault;
        }
        List<String> attributes = Arrays.stream(text.get().split(",")).map(String::strip).toList();
        if (attributes.size() > ATTRIBUTES_MAX || attributes.stream().anyMatch(String::isEmpty)) {
            throw new InvalidSettingException(
                    name,
                    text.get(),
                    "1 to %d names of attributes with commas between".formatted(ATTRIBUTES_MAX));
        }
        return attributes;
    }

    private static EventMapping events(String json) {
        try {
            return EventMapping.parse(json);
        } catch (IllegalArgumentException wrong) {
            throw new InvalidSettingException(
                    "BUDGET_EVENT_TYPES", json, Shown.plain(String.valueOf(wrong.getMessage())));
        }
    }
}
