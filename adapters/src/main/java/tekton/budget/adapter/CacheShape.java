package tekton.budget.adapter;

/** Whether a format's input tokens contain those that were read from or written to a cache. */
public enum CacheShape {

    /** They do, and no sum may say otherwise. */
    ALWAYS_INSIDE,

    /** They do, unless the format's own total says otherwise. */
    INSIDE,

    /** They do not: Anthropic's and Bedrock's shapes. */
    OUTSIDE
}
