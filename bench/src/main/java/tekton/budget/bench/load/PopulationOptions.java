package tekton.budget.bench.load;

import picocli.CommandLine.Option;

/** Options that say what the records look like. */
public final class PopulationOptions {

    @Option(names = "--contexts", description = "1 to 1,000,000; default ${DEFAULT-VALUE}.")
    int contexts = 10_000;

    @Option(names = "--components", description = "1 to 100; default ${DEFAULT-VALUE}.")
    int components = 10;

    @Option(names = "--budgets", description = "1 to 10,000; default ${DEFAULT-VALUE}.")
    int budgets = 10;

    @Option(
            names = "--size",
            description = "Bytes of each record as JSON; default ${DEFAULT-VALUE}.")
    int size = RecordTemplate.DEFAULT_SIZE;

    /** Records that no earlier run has sent. */
    public RecordTemplate template() {
        String run = Long.toString(System.currentTimeMillis() / 100, 36);
        return new RecordTemplate(run, population(), size);
    }

    /** Who takes part. */
    public Population population() {
        return new Population(contexts, components, budgets);
    }

    /** The settings in a few words. */
    public String words() {
        return "%,d contexts, %d components, %d budgets, %d bytes"
                .formatted(contexts, components, budgets, size);
    }
}
