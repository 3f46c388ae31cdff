package tekton.budget.api.registry;

/** Which of two servers called Hermes answers: they serve the same under different paths. */
enum Family {
    /** The one that the integration guide describes. */
    GUIDE("/registration"),
    /** The one that Tekton runs. */
    REAL("");

    private final String prefix;

    Family(String prefix) {
        this.prefix = prefix;
    }

    /** Where a call goes, below the base address. */
    String path(String call) {
        return prefix + "/" + call;
    }

    Family other() {
        return this == GUIDE ? REAL : GUIDE;
    }
}
