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

    private final List<Adapted.Rejection> rejected = new ArrayList<>();

    /** Adds a part that cannot be told from its neighbours. */
    void add(String sentence) {
        add(Adapted.Rejection.UNKNOWN, sentence);
    }

    /**
     * Adds a part.
     *
     * @param position of the span or log record among all of the request
     */
    void add(int position, String sentence) {
        rejected.add(
                new Adapted.Rejection(position, rejected.size() < SENTENCES_MAX ? sentence : MORE));
    }

    List<Adapted.Rejection> all() {
        return rejected;
    }
}
