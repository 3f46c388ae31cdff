package tekton.budget.cli.feed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The shapes of files that are known: which column a field comes from. */
@SuppressWarnings("ImmutableEnumChecker") // its maps are
public enum ImportFormat {
    /** The API's own names. */
    BUDGET(Map.of(), Map.of()),

    /** Rows of LiteLLM's table of spend logs. */
    LITELLM(
            columns(
                    "record_id=request_id",
                    "model=model",
                    "provider=custom_llm_provider",
                    "input_tokens=prompt_tokens",
                    "output_tokens=completion_tokens",
                    usage(
                            "cached_input_tokens",
                            "cache_read_input_tokens",
                            "prompt_tokens_details.cached_tokens"),
                    usage(
                            "cache_write_tokens",
                            "cache_creation_input_tokens",
                            "prompt_tokens_details.cache_creation_tokens"),
                    usage(
                            "cache_write_1h_tokens",
                            "prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens"),
                    usage("reasoning_tokens", "completion_tokens_details.reasoning_tokens"),
                    "timestamp=startTime|start_time",
                    "user_id=end_user|user",
                    "budget_id=team_id",
                    "context_id=session_id|request_id",
                    "component=metadata.user_api_key_alias"),
            Map.of("component", "litellm")),

    /** Microsoft's public traces of inference: times and sizes, and nobody's name. */
    AZURE_TRACE(
            columns(
                    "timestamp=TIMESTAMP",
                    "input_tokens=ContextTokens",
                    "output_tokens=GeneratedTokens"),
            Map.of("component", "azure-trace", "provider", "openai", "model", "gpt-4o"));

    private final Map<String, List<String>> columns;
    private final Map<String, String> defaults;

    ImportFormat(Map<String, List<String>> columns, Map<String, String> defaults) {
        this.columns = columns;
        this.defaults = defaults;
    }

    private static Map<String, List<String>> columns(String... entries) {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            columns.put(
                    entry.substring(0, equals),
                    List.of(entry.substring(equals + 1).split("\\|", -1)));
        }
        return Collections.unmodifiableMap(columns);
    }

    /**
     * LiteLLM keeps what its columns do not have twice within {@code metadata}: as {@code
     * additional_usage_values}, and in newer versions as the answer's whole usage.
     */
    private static String usage(String field, String... paths) {
        List<String> columns = new ArrayList<>();
        for (String root : List.of("additional_usage_values", "usage_object")) {
            for (String path : paths) {
                columns.add("metadata." + root + "." + path);
            }
        }
        return field + "=" + String.join("|", columns);
    }

    /** For each field the columns that it may come from; the first that is not empty counts. */
    Map<String, List<String>> columns() {
        return columns;
    }

    /** Values of fields that no column gives. */
    Map<String, String> defaults() {
        return defaults;
    }
}
