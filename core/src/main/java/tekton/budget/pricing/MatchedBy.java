package tekton.budget.pricing;

import java.util.Locale;

/** How a record's model was found among the models that have a price. */
public enum MatchedBy {
    /** Provider and model are written as the price list writes them. */
    EXACT,
    /** Another spelling of the same name, such as {@code -latest} or {@code @20240229}. */
    ALIAS,
    /** The same name with or without the date of a version. */
    DATED,
    /** The model's name says who serves it, such as {@code bedrock/…}. */
    PREFIX;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire: lower case. */
    public String wireName() {
        return wireName;
    }
}
