package tekton.budget.api.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.MeteringFigures;
import tekton.budget.metering.query.MeteringFigures.Ages;
import tekton.budget.metering.query.MeteringFigures.Stage;

import java.util.function.Supplier;

/**
 * How old the oldest input of each commit was: a histogram that the metering keeps itself, since it
 * does not know Micrometer, which in turn knows no histogram that is read elsewhere. Without a data
 * point until the metering runs.
 */
public final class Freshness implements Collector {

    private static final String NAME = "budget_freshness_seconds";

    private static final double MS_PER_SECOND = 1_000;

    private final Supplier<@Nullable MeteringFigures> metering;

    /**
     * A collector.
     *
     * @param metering its figures, or null until it runs
     */
    public Freshness(Supplier<@Nullable MeteringFigures> metering) {
        this.metering = metering;
    }

    @Override
    public HistogramSnapshot collect() {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder()
                        .name(NAME)
                        .help(
                                "Age of the oldest input of a commit when it was committed, since"
                                        + " its append in Kafka");
        MeteringFigures figures = metering.get();
        if (figures != null) {
            for (Stage stage : Stage.values()) {
                histogram.dataPoint(point(stage, figures.ages(stage)));
            }
        }
        return histogram.build();
    }

    private static HistogramDataPointSnapshot point(Stage stage, Ages ages) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < ages.counts().size(); i++) {
            double bound =
                    i < ages.boundsMs().size()
                            ? ages.boundsMs().get(i) / MS_PER_SECOND
                            : Double.POSITIVE_INFINITY;
            buckets.bucket(bound, ages.counts().get(i));
        }
        // The builder's methods that come from above return its type from above.
        HistogramDataPointSnapshot.Builder point =
                HistogramDataPointSnapshot.builder().classicHistogramBuckets(buckets.build());
        point.labels(Labels.of("stage", stage.wireName()));
        point.sum(ages.sumMs() / MS_PER_SECOND);
        return point.build();
    }
}
