package tekton.budget.api.route;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** What this service can do for others. */
public enum Capability {
    BUDGET_MANAGEMENT(
            "Manage token and cost budgets for LLM usage",
            "budget_id:string token_limit:integer cost_limit:number period:string"),
    ALLOCATION(
            "Allocate tokens from a budget",
            "context_id:string component:string tokens_allocated:integer"),
    USAGE_TRACKING(
            "Track token and cost usage",
            "context_id:string component:string provider:string model:string"
                    + " input_tokens:integer output_tokens:integer"),
    PRICING("Manage and retrieve provider pricing information", "provider:string model:string"),
    REPORTING("Generate budget usage reports", "budget_id:string period:string");

    private final String wireName = name().toLowerCase(Locale.ROOT);
    private final String description;
    private final String parameters;

    /**
     * A capability.
     *
     * @param parameters names with the names of their types
     */
    Capability(String description, String parameters) {
        this.description = description;
        this.parameters = parameters;
    }

    /** The name in JSON. */
    public String wireName() {
        return wireName;
    }

    /** One phrase for people. */
    public String description() {
        return description;
    }

    /** The names of what it takes, each with the name of its JSON type. */
    public SortedMap<String, String> parameters() {
        SortedMap<String, String> types = new TreeMap<>();
        for (String parameter : parameters.split(" ", -1)) {
            int colon = parameter.indexOf(':');
            types.put(parameter.substring(0, colon), parameter.substring(colon + 1));
        }
        return types;
    }

    /** Every name, in order. */
    public static List<String> wireNames() {
        return Arrays.stream(values()).map(Capability::wireName).toList();
    }
}
