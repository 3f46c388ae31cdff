package tekton.budget.poller.publish;

import tekton.budget.event.PriceRequest;
import tekton.budget.poller.source.Sources;

import java.util.List;

/** What the poller decides about. */
sealed interface PriceInput {

    /** Somebody asks for something. */
    record Requested(PriceRequest request) implements PriceInput {}

    /**
     * The sources have answered.
     *
     * @param askedFor the ids of the requests that wait for it
     */
    record Polled(Sources.Answers answers, List<String> askedFor) implements PriceInput {
        public Polled {
            askedFor = List.copyOf(askedFor);
        }
    }
}
