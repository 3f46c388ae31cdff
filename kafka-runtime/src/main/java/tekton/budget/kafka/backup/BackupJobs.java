package tekton.budget.kafka.backup;

import org.apache.kafka.common.KafkaException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Work on partitions, several at a time; the first failure ends the rest. */
final class BackupJobs {

    /** More would only wait for one another: a job compresses, sums or waits for one broker. */
    static final int AT_A_TIME = 4;

    private BackupJobs() {}

    /** How long those that are at work get to end when one has failed. */
    private static final long END_SECONDS = 10;

    /**
     * Runs all, which tell {@code progress}, and returns their results in the order of the jobs.
     */
    static <T> List<T> run(List<Callable<T>> jobs, TransferProgress progress)
            throws IOException, BackupException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        List<Future<T>> results = new ArrayList<>();
        try {
            CompletionService<T> done = new ExecutorCompletionService<>(threads);
            for (Callable<T> job : jobs) {
                results.add(done.submit(job));
            }
            for (int i = 0; i < jobs.size(); i++) {
                result(done.take());
            }
            List<T> inOrder = new ArrayList<>();
            for (Future<T> one : results) {
                inOrder.add(result(one));
            }
            return inOrder;
        } finally {
            // Nothing is left to stop when all have ended well.
            results.forEach(one -> one.cancel(false));
            progress.stop();
            threads.shutdown();
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        }
    }

    private static <T> T result(Future<T> done)
            throws IOException, BackupException, InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException io -> throw io;
                case BackupException known -> throw known;
                case InterruptedException stopped -> throw stopped;
                case KafkaException kafka -> throw BackupCluster.away(kafka);
                case null, default -> throw new IllegalStateException(failed.getCause());
            }
        }
    }
}
