package tekton.budget.cli.settings;

/** How answers are shown. */
public enum OutputFormat {
    /** For people; may change from version to version. */
    TABLE,
    /** The API's body as it came. */
    JSON,
    /** RFC 4180 with the API's names of fields. */
    CSV
}
