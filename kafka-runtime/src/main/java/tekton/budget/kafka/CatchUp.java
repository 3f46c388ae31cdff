package tekton.budget.kafka;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Somebody waits until a topic has been read to the end that it had when it was looked at. */
final class CatchUp {

    final String topic;
    final CompletableFuture<Boolean> done = new CompletableFuture<>();

    /** Where the partitions ended; null until a log has looked. Of the log's thread. */
    @Nullable Map<TopicPartition, Long> ends;

    CatchUp(String topic) {
        this.topic = topic;
    }
}
