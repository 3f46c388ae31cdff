package tekton.budget.bench.longrun;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether something stays as it is. The first quarter of the samples is warm-up. Of the others the
 * slope is the median of the slopes between all pairs, which one odd sample does not move; what it
 * makes over the whole of the judged time must not be more than a part of the median and an
 * allowance.
 */
public final class Flatness {

    /** Fewer say nothing. */
    private static final int JUDGED_MIN = 4;

    private static final double PART_MAX = 0.10;

    private Flatness() {}

    /**
     * Judges samples that were taken at even times.
     *
     * @param what is measured, for the sentence
     * @param allowance that is no rise, in the samples' unit
     * @return a sentence if it rises; nothing if it is flat, falls, or there are too few samples
     */
    public static Optional<String> rising(String what, List<Long> samples, long allowance) {
        double rise = rise(samples);
        List<Long> judged = judged(samples);
        if (judged.size() < JUDGED_MIN) {
            return Optional.empty();
        }
        double most = PART_MAX * median(judged.stream().mapToDouble(Long::doubleValue).toArray());
        return rise <= most + allowance
                ? Optional.empty()
                : Optional.of(
                        "%s: rises by %,.0f over %d samples (at most a tenth of the median and %,d: %,.0f)"
                                .formatted(what, rise, judged.size(), allowance, most + allowance));
    }

    /** What the slope makes over the judged samples, in their unit; 0 of fewer than two. */
    public static double rise(List<Long> samples) {
        List<Long> judged = judged(samples);
        int size = judged.size();
        if (size < 2) {
            return 0;
        }
        double[] slopes = new double[size * (size - 1) / 2];
        int at = 0;
        for (int i = 0; i < size; i++) {
            for (int j = i + 1; j < size; j++) {
                slopes[at++] = (double) (judged.get(j) - judged.get(i)) / (j - i);
            }
        }
        return median(slopes) * (size - 1);
    }

    private static List<Long> judged(List<Long> samples) {
        return samples.subList((samples.size() + 3) / 4, samples.size());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
