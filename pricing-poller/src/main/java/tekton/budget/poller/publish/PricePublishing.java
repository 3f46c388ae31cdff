package tekton.budget.poller.publish;

import tekton.budget.kafka.shard.ShardRuntime;
import tekton.budget.poller.source.Sources;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topics;

import java.time.InstantSource;

/** The shard of prices at work. */
public final class PricePublishing {

    private static final ShardRuntime.Description DESCRIPTION =
            new ShardRuntime.Description(
                    "budget-pricing-poller",
                    "Prices cannot be published",
                    Topics.PRICE_REQUESTS,
                    PublishedState.TOPICS,
                    Topics.OF_PRICES);

    private PricePublishing() {}

    /**
     * Begins to work in the background; nothing needs to be there yet.
     *
     * @param factor how many times a figure may change before it is quarantined
     */
    public static ShardRuntime<?, ?> start(
            KafkaConnection kafka,
            Sources sources,
            PollSchedule schedule,
            int factor,
            InstantSource clock) {
        return new ShardRuntime<>(
                DESCRIPTION,
                kafka,
                new PriceShard(sources, factor),
                wakeUp -> new PollAttempts(sources, schedule, wakeUp),
                clock);
    }
}
