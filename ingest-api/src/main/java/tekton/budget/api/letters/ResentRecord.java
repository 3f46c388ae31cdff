package tekton.budget.api.letters;

import org.jspecify.annotations.Nullable;

import tekton.budget.kafka.Acknowledgement;
import tekton.budget.value.Positions;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One wait for one acknowledgement; the producer ends every send by its delivery timeout. */
final class ResentRecord implements Acknowledgement {

    private final CompletableFuture<@Nullable Positions> outcome = new CompletableFuture<>();

    @Override
    public void acknowledged(int partition, long offset) {
        outcome.complete(Positions.of(partition, offset));
    }

    @Override
    public void failed() {
        outcome.complete(null);
    }

    /** Where the record is, or empty when it is not known to be anywhere. */
    Optional<Positions> await() {
        return Optional.ofNullable(outcome.join());
    }
}
