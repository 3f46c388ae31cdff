package tekton.budget.adapter.otlp;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a request that were not taken: each is counted, the first {@value #SENTENCES_MAX}
 * are explained.
 */
final class OtlpRejections {

    static final int SENTENCES_MAX = 100;
    static final String MORE = "more than can be told apart here";

    private final List<String> sentences = new ArrayList<>();

    void add(String sentence) {
        sentences.add(sentences.size() < SENTENCES_MAX ? sentence : MORE);
    }

    List<String> sentences() {
        return sentences;
    }
}
