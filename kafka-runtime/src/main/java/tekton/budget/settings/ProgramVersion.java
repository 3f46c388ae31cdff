package tekton.budget.settings;

/** Which Budget this program is. */
public final class ProgramVersion {

    /** That of the pom; a test says so when they differ. */
    public static final String NUMBER = "0.1.0";

    /**
     * The newest form of everything that Budget keeps, in directories and in Kafka, from 1. A
     * version that writes what an older one cannot read raises it; docs/operations.md lists the
     * parts.
     */
    public static final int DATA_FORMAT = 1;

    private ProgramVersion() {}
}
