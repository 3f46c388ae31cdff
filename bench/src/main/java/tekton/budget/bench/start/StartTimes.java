package tekton.budget.bench.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Figures of several runs by name, and their medians. One thread. */
final class StartTimes {

    private final Map<String, List<Double>> figures = new TreeMap<>();

    void add(String name, double figure) {
        figures.computeIfAbsent(name, unseen -> new ArrayList<>()).add(figure);
    }

    /**
     * The middle one; of an even number the mean of the two in the middle.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    double median(String name) {
        List<Double> found = figures.getOrDefault(name, List.of());
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no figure: " + name);
        }
        List<Double> sorted = found.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
