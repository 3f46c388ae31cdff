package tekton.budget.kafka.shard;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Inputs that do not stand in the request topic, such as answers of other services. Made when a
 * partition is taken up and closed when it is given up. Called by the owner's thread.
 *
 * @param <S> the state
 * @param <I> what is decided about
 */
public interface OwnInputs<S, I> extends AutoCloseable {

    /** The next input; null when there is none now. Does not block. */
    @Nullable I next(S state, Instant now);

    @Override
    void close();
}
