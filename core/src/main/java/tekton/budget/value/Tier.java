package tekton.budget.value;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where a model runs and how heavy it is. The ordinal is stored; the order never changes. */
public enum Tier {
    LOCAL_LIGHTWEIGHT,
    LOCAL_MIDWEIGHT,
    REMOTE_HEAVYWEIGHT;

    private static final Map<String, Tier> BY_NAME =
            Map.of(
                    "local_lightweight", LOCAL_LIGHTWEIGHT,
                    "lightweight", LOCAL_LIGHTWEIGHT,
                    "local_midweight", LOCAL_MIDWEIGHT,
                    "midweight", LOCAL_MIDWEIGHT,
                    "remote_heavyweight", REMOTE_HEAVYWEIGHT,
                    "heavyweight", REMOTE_HEAVYWEIGHT);

    /** Tekton's model table; a model belongs to the longest entry that begins its name. */
    private static final Map<String, Tier> BY_MODEL =
            Map.ofEntries(
                    Map.entry("codellama", LOCAL_LIGHTWEIGHT),
                    Map.entry("deepseek-coder", LOCAL_LIGHTWEIGHT),
                    Map.entry("starcoder", LOCAL_LIGHTWEIGHT),
                    Map.entry("phi-2", LOCAL_LIGHTWEIGHT),
                    Map.entry("gemma-2b", LOCAL_LIGHTWEIGHT),
                    Map.entry("claude-haiku", LOCAL_MIDWEIGHT),
                    Map.entry("claude-3-haiku", LOCAL_MIDWEIGHT),
                    Map.entry("llama-3", LOCAL_MIDWEIGHT),
                    Map.entry("mistral", LOCAL_MIDWEIGHT),
                    Map.entry("qwen", LOCAL_MIDWEIGHT),
                    Map.entry("gemma-7b", LOCAL_MIDWEIGHT),
                    Map.entry("gpt-4", REMOTE_HEAVYWEIGHT),
                    Map.entry("gpt-4o", REMOTE_HEAVYWEIGHT),
                    Map.entry("claude-3-opus", REMOTE_HEAVYWEIGHT),
                    Map.entry("claude-3-sonnet", REMOTE_HEAVYWEIGHT),
                    Map.entry("claude-3.5-sonnet", REMOTE_HEAVYWEIGHT),
                    Map.entry("claude-3.7-sonnet", REMOTE_HEAVYWEIGHT));

    private static final Map<String, Tier> BY_PROVIDER =
            Map.of("local", LOCAL_LIGHTWEIGHT, "ollama", LOCAL_MIDWEIGHT);

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire: lower case with underscores. */
    public String wireName() {
        return wireName;
    }

    /** The tier of that name in any case, Apollo's short names included. */
    public static Optional<Tier> parse(String text) {
        Tier exact = BY_NAME.get(text);
        return Optional.ofNullable(
                exact != null ? exact : BY_NAME.get(text.toLowerCase(Locale.ROOT)));
    }

    /**
     * The tier of a record that names none: by the longest beginning of the model's name in
     * Tekton's table, then by the provider, then {@link #REMOTE_HEAVYWEIGHT}.
     */
    public static Tier infer(String provider, String model) {
        return ofModel(model)
                .orElseGet(
                        () ->
                                BY_PROVIDER.getOrDefault(
                                        provider.toLowerCase(Locale.ROOT), REMOTE_HEAVYWEIGHT));
    }

    /**
     * The tier of a model, whoever serves it: by the longest beginning of its name in Tekton's
     * table; empty when the table has none.
     */
    public static Optional<Tier> ofModel(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        Tier found = null;
        int length = 0;
        for (Map.Entry<String, Tier> entry : BY_MODEL.entrySet()) {
            if (entry.getKey().length() > length && name.startsWith(entry.getKey())) {
                found = entry.getValue();
                length = entry.getKey().length();
            }
        }
        return Optional.ofNullable(found);
    }
}
