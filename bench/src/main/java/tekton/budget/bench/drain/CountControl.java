package tekton.budget.bench.drain;

import tekton.budget.bench.control.BenchTopics;
import tekton.budget.bench.control.ControlProgram;
import tekton.budget.bench.control.CountOnly;
import tekton.budget.bench.product.ChildProcess;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.Target.Cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The same records through a topology that only parses and counts. */
final class CountControl {

    private static final String USAGE = "budget.usage";

    private CountControl() {}

    /**
     * Measures it on the product's broker, alone: from the instant that it runs to its last commit.
     *
     * @param threads stream threads
     */
    static DrainFigures measure(Target target, int threads, int withinSeconds)
            throws IOException, InterruptedException {
        String id = "bench-count-" + Long.toHexString(System.nanoTime());
        Path state = Files.createTempDirectory("bench-count");
        try (BenchTopics topics = new BenchTopics(target.bootstrapServers())) {
            long records = topics.writtenTo(USAGE);
            try (ChildProcess counting =
                    ControlProgram.start(
                            CountOnly.class,
                            List.of(
                                    target.bootstrapServers(),
                                    USAGE,
                                    id,
                                    state.toString(),
                                    String.valueOf(threads)))) {
                long began = System.nanoTime();
                long already = topics.committedBy(id);
                Cpu before = target.cpuOf("count-only topology", counting.pid());
                DrainMarks marks =
                        new DrainWatch(records, withinSeconds)
                                .until("control", began, already, () -> topics.committedBy(id));
                Cpu after = target.cpuOf("count-only topology", counting.pid());
                long counted = marks.last().counted() - already;
                DrainFigures figures =
                        new DrainFigures(
                                marks.whole(),
                                marks.warm(),
                                1e6 * after.workSince(before) / counted);
                figures.print("control", counted);
                System.out.println("cpu         " + after.perMillionSince(before, counted));
                return figures;
            } finally {
                topics.adopt(id);
            }
        } finally {
            Target.delete(state);
        }
    }
}
