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

/** Work on partitions, several at a time; the first failure ends the rest. */
final class BackupJobs {

    /** More would only wait for one another: a job compresses, sums or waits for one broker. */
    static final int AT_A_TIME = 4;

    private BackupJobs() {}

    /** Runs all and returns their results in the order of the jobs. */
    static <T> List<T> run(List<Callable<T>> jobs)
            throws IOException, BackupException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            CompletionService<T> done = new ExecutorCompletionService<>(threads);
            List<Future<T>> results = new ArrayList<>();
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
            threads.shutdownNow();
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
