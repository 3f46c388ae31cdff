package tekton.budget.bench.soak;

import tekton.budget.bench.longrun.Flatness;
import tekton.budget.bench.product.ProcessSample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What was seen each minute of a leg, also as lines of a file. One thread. */
final class SoakSamples {

    private static final long MIB = 1024 * 1024;
    private static final long LIVE_ALLOWANCE = 16 * MIB;
    private static final long RESIDENT_ALLOWANCE = 32 * MIB;
    private static final long THREADS_ALLOWANCE = 4;
    private static final long HANDLES_ALLOWANCE = 32;

    /** A record on disk may take that much more than in the first half of the judged time. */
    private static final double DISK_FACTOR = 1.5;

    private static final int DISK_SAMPLES_MIN = 8;

    private static final String HEAD =
            "leg,second,records,"
                    + "app_live_bytes,app_resident_bytes,app_threads,app_handles,"
                    + "broker_live_bytes,broker_resident_bytes,broker_threads,broker_handles,"
                    + "disk_bytes\n";

    private final Path file;
    private final int leg;
    private final List<SoakSample> all = new ArrayList<>();

    /**
     * A minute.
     *
     * @param records accepted since the leg began
     * @param diskBytes of all data of the product
     */
    record SoakSample(
            long second, long records, ProcessSample app, ProcessSample broker, long diskBytes) {}

    SoakSamples(Path file, int leg) throws IOException {
        this.file = file;
        this.leg = leg;
        if (!Files.exists(file)) {
            Files.writeString(file, HEAD);
        }
    }

    void add(SoakSample sample) throws IOException {
        all.add(sample);
        Files.writeString(
                file,
                "%d,%d,%d,%s,%s,%d%n"
                        .formatted(
                                leg,
                                sample.second(),
                                sample.records(),
                                columns(sample.app()),
                                columns(sample.broker()),
                                sample.diskBytes()),
                StandardOpenOption.APPEND);
    }

    private static String columns(ProcessSample sample) {
        return "%d,%d,%d,%d"
                .formatted(
                        sample.liveBytes(),
                        sample.residentBytes(),
                        sample.threads(),
                        sample.handles());
    }

    /** A sentence for each thing that is not flat. */
    List<String> wrong() {
        List<String> wrong = new ArrayList<>();
        judge(wrong, "application", SoakSample::app);
        judge(wrong, "broker", SoakSample::broker);
        judgeDisk(wrong);
        return wrong;
    }

    private void judge(List<String> wrong, String process, Function<SoakSample, ProcessSample> of) {
        flat(wrong, process + " live bytes", LIVE_ALLOWANCE, each -> of.apply(each).liveBytes());
        flat(
                wrong,
                process + " resident bytes",
                RESIDENT_ALLOWANCE,
                each -> of.apply(each).residentBytes());
        flat(wrong, process + " threads", THREADS_ALLOWANCE, each -> of.apply(each).threads());
        flat(wrong, process + " handles", HANDLES_ALLOWANCE, each -> of.apply(each).handles());
    }

    private void flat(
            List<String> wrong, String what, long allowance, ToLongFunction<SoakSample> value) {
        Flatness.rising(what, all.stream().mapToLong(value).boxed().toList(), allowance)
                .ifPresent(wrong::add);
    }

    /**
     * The log keeps every record for a week and the ids for a day, so the disk cannot be flat: each
     * record must go on taking as much of it as before.
     */
    private void judgeDisk(List<String> wrong) {
        if (all.size() < DISK_SAMPLES_MIN) {
            return;
        }
        double before = bytesPerRecord(all.size() / 4, all.size() * 5 / 8);
        double after = bytesPerRecord(all.size() * 5 / 8, all.size() - 1);
        if (after > before * DISK_FACTOR) {
            wrong.add(
                    "disk: %,.0f bytes a record, then %,.0f (at most %.1f times as much)"
                            .formatted(before, after, DISK_FACTOR));
        }
    }

    /** What the disk grew by for each record between two samples. */
    double bytesPerRecord(int from, int to) {
        SoakSample first = all.get(from);
        SoakSample last = all.get(to);
        return (double) (last.diskBytes() - first.diskBytes())
                / Math.max(1, last.records() - first.records());
    }

    int count() {
        return all.size();
    }

    SoakSample get(int index) {
        return all.get(index);
    }
}
