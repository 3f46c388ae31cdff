package tekton.budget.bench.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What those who ask have seen. Thread-safe. */
public class Findings {

    private static final int NAMED_MAX = 20;
    private static final int LENGTH_MAX = 800;

    private final Map<String, Long> answers = new ConcurrentSkipListMap<>();
    private final List<String> wrong = new ArrayList<>();

    /** Counts an answer, or what came instead of one. */
    public void count(String what) {
        answers.merge(what, 1L, Long::sum);
    }

    /** What was answered, and how often. */
    public Map<String, Long> answers() {
        return answers;
    }

    /** Notes something that must not happen, whatever is killed; the first twenty, shortened. */
    public synchronized void wrong(String what) {
        if (wrong.size() < NAMED_MAX) {
            wrong.add(what.length() <= LENGTH_MAX ? what : what.substring(0, LENGTH_MAX) + "…");
        }
    }

    /** What must not have happened. */
    public synchronized List<String> allWrong() {
        return List.copyOf(wrong);
    }
}
