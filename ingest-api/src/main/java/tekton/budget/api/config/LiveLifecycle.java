package tekton.budget.api.config;

import org.springframework.context.SmartLifecycle;

import tekton.budget.api.cluster.Drain;
import tekton.budget.api.live.LiveStreams;
import tekton.budget.kafka.TopicLog;

/**
 * Starts the live streams last and ends them first: an open stream is a request that does not end
 * by itself, and the web server waits for all requests before it stops.
 */
final class LiveLifecycle implements SmartLifecycle {

    private final LiveStreams live;
    private final TopicLog results;
    private volatile boolean running;

    LiveLifecycle(LiveStreams live, TopicLog results) {
        this.results = results;
        this.live = live;
    }

    @Override
    public void start() {
        // Everybody who follows it is made by now.
        results.start();
        live.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        live.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Streams are served while the others drain. */
    @Override
    public int getPhase() {
        return Drain.PHASE - 1;
    }
}
