package tekton.budget.api.registry;

import java.nio.file.Path;

/**
 * How this service announces itself.
 *
 * @param registers whether it does at all
 * @param name under which name
 * @param penia when there is a second entry, {@code penia}, for tools that look for that name
 * @param directory where Hermes is installed: announcements go into its {@code registrations} while
 *     Hermes cannot be reached, if the directory exists
 */
public record HermesSettings(boolean registers, String name, Penia penia, Path directory) {

    /** The name of the integration guide. */
    public static final String NAME_DEFAULT = "Budget";

    /** Beside the directory this service is started in. */
    public static final String DIRECTORY_DEFAULT = "../Hermes";

    /** When there is the second entry. */
    public enum Penia {
        /** Once it is Tekton's own Hermes that answers: there are the tools that look for it. */
        AUTOMATIC,
        ALWAYS,
        NEVER
    }

    /** What holds when nothing else is said. */
    public static HermesSettings byDefault() {
        return new HermesSettings(
                true,
                NAME_DEFAULT,
                Penia.AUTOMATIC,
                Path.of(DIRECTORY_DEFAULT).toAbsolutePath().normalize());
    }
}
