package tekton.budget.adapter.otlp;

import tekton.budget.adapter.Adapted;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a request that were not taken: each is counted, the first {@value #SENTENCES_MAX}
 * are explained.
 */
final class OtlpRejections {

    static final int SENTENCES_MAX = 100;
    static final String MORE = "more than can be told apart here";

    /** Stands for each of those that are not explained: a body may have a million. */
    static final Adapted.Rejection UNEXPLAINED =
            new Adapted.Rejection(Adapted.Rejection.UNKNOWN, MORE);

    private final List<Adapted.Rejection> rejected = new ArrayList<>();

    /** Adds a part that cannot be told from its neighbours. */
    void add(String sentence) {
        add(Adapted.Rejection.UNKNOWN, sentence);
    }

    /**
     * Adds a part.
     *
     * @param position of the span, log record or metric among all of the request, from 0
     */
    void add(int position, String sentence) {
        rejected.add(
                rejected.size() < SENTENCES_MAX
                        ? new Adapted.Rejection(position, sentence)
                        : UNEXPLAINED);
    }

    List<Adapted.Rejection> all() {
        return rejected;
    }
}
