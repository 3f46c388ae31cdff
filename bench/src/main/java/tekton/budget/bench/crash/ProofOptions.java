package tekton.budget.bench.crash;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import tekton.budget.bench.product.Target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Options of a command that ends in PASS or FAIL, and that end. */
public final class ProofOptions {

    @Option(names = "--project", paramLabel = "DIR", description = "Where run_budget.sh is.")
    Path project = Path.of(".");

    @Option(names = "--seed", description = "Of everything that is random; default: the time.")
    long seed = System.currentTimeMillis() % 1_000_000;

    @Option(names = "--scratch", description = "Data and logs; default: a temporary directory.")
    @Nullable Path scratch;

    @Option(names = "--keep", description = "Keep the scratch directory also after PASS.")
    boolean keep;

    /** The project's root. */
    public Path project() {
        return project;
    }

    /** Of everything that is random. */
    public long seed() {
        return seed;
    }

    /** What is tried. */
    @FunctionalInterface
    public interface Proof {

        /**
         * Runs it.
         *
         * @param scratch for data and logs
         * @param checker takes what is wrong; nothing if all is right
         */
        void run(Path scratch, Checker checker) throws IOException, InterruptedException;
    }

    /**
     * Runs it in its directory, prints what is wrong and, last, the verdict. The directory is
     * deleted after PASS, unless it was given or is to be kept.
     *
     * @param name begins the name of a temporary directory
     * @return the exit status: 0 after PASS, 1 after FAIL
     */
    public int judge(String name, Proof proof) throws IOException, InterruptedException {
        Path directory =
                scratch == null
                        ? Files.createTempDirectory(name)
                        : Files.createDirectories(scratch);
        System.out.println("scratch     " + directory);
        Checker checker = new Checker();
        try {
            proof.run(directory, checker);
        } catch (IOException | RuntimeException e) {
            checker.aborted(e);
        }
        if (checker.holds()) {
            if (!keep && scratch == null) {
                Target.delete(directory);
            }
            System.out.println("PASS");
            return 0;
        }
        List<String> failures = checker.failures();
        failures.forEach(failure -> System.out.println("wrong       " + failure));
        System.out.println("kept        " + directory);
        System.out.println("FAIL: " + failures.getFirst());
        return 1;
    }
}
