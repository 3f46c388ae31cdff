package tekton.budget.poller.source;

import org.jspecify.annotations.Nullable;

import tekton.budget.poller.feed.FeedReading;
import tekton.budget.poller.feed.OperatorReading;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Every configured source, asked at the same time: a slow one delays an answer within its own bound
 * of time, and none keeps another from being read.
 *
 * @param inOrder the price lists, the most preferred first
 * @param operatorFile the operator's own; null when there is none
 */
public record Sources(List<PriceSource> inOrder, @Nullable OperatorFileSource operatorFile) {

    public Sources {
        inOrder = List.copyOf(inOrder);
    }

    /**
     * A source and its answer.
     *
     * @param source who was asked
     * @param reading the answer
     */
    public record SourceAnswer(PriceSource source, SourceReading<FeedReading> reading) {}

    /**
     * All answers.
     *
     * @param asked those of the price lists, in their order
     * @param operator that of the operator's file; empty when none is configured
     */
    public record Answers(
            List<SourceAnswer> asked, Optional<SourceReading<OperatorReading>> operator) {
        public Answers {
            asked = List.copyOf(asked);
        }
    }

    /** The names of the price lists, the most preferred first. */
    public List<String> names() {
        return inOrder.stream().map(PriceSource::name).toList();
    }

    /** Asks all of them, within the longest bound that one of them has. */
    public Answers read() throws InterruptedException {
        List<SourceAnswer> asked = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<SourceReading<FeedReading>>> answers =
                    threads.invokeAll(
                            inOrder.stream()
                                    .<Callable<SourceReading<FeedReading>>>map(s -> s::read)
                                    .toList());
            for (int i = 0; i < answers.size(); i++) {
                asked.add(new SourceAnswer(inOrder.get(i), answer(answers.get(i))));
            }
        }
        return new Answers(asked, Optional.ofNullable(operatorFile).map(OperatorFileSource::read));
    }

    private static SourceReading<FeedReading> answer(Future<SourceReading<FeedReading>> answer)
            throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            // A fault of ours in reading one list must not keep the others from being read.
            return SourceReading.failed("failed: " + e.getCause());
        }
    }
}
