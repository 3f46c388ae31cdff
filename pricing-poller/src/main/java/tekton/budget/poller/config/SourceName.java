package tekton.budget.poller.config;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A price list that can be configured, in the order of preference by default. */
public enum SourceName {
    LITELLM("litellm"),
    OPENROUTER("openrouter"),
    BUILT_IN("built-in");

    /** All of them, as the setting names them. */
    static final String ALL =
            Arrays.stream(values()).map(SourceName::wireName).collect(Collectors.joining(","));

    private final String wireName;

    SourceName(String wireName) {
        this.wireName = wireName;
    }

    /** The name that prices and settings carry. */
    public String wireName() {
        return wireName;
    }

    static Optional<SourceName> parse(String text) {
        return Arrays.stream(values()).filter(name -> name.wireName.equals(text)).findFirst();
    }
}
