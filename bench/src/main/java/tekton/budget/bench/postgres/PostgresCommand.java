package tekton.budget.bench.postgres;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.load.PopulationOptions;

import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code bench postgres}. */
@Command(
        name = "postgres",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Counts the records of drain exactly once into the same totals in PostgreSQL, with"
                    + " its default durability: two connections, batches of 1,000, each one"
                    + " transaction (COPY, INSERT … ON CONFLICT DO NOTHING, upserts of context"
                    + " hours, cells and budgets). Starts Debian's PostgreSQL, or that on PATH, on"
                    + " a free port with a data directory of its own, and removes it at the end."
                    + " Fails when the totals are not those sent.")
public final class PostgresCommand implements Callable<Integer> {

    @Mixin PopulationOptions population = new PopulationOptions();

    @Option(names = "--records", description = "How many; default ${DEFAULT-VALUE}.")
    long records = 3_000_000;

    @Override
    public Integer call() throws Exception {
        System.out.printf(
                Locale.ROOT, "settings    %,d records; %s%n", records, population.words());
        PostgresRun.measure(population.template(), records);
        return 0;
    }
}
