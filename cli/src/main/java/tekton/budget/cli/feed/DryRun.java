package tekton.budget.cli.feed;

import tekton.budget.cli.call.ExitCode;
import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.settings.CliWorld;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** Reads a file as an import would, and tells its mistakes. */
final class DryRun {

    private DryRun() {}

    static ExitCode run(
            ImportFile lines,
            FieldMapping mapping,
            Duration shift,
            Function<SourceLine, String> ids,
            CliWorld world,
            int mistakesShown,
            Duration oldest)
            throws IOException {
        long good = 0;
        long wrong = 0;
        long skipped = 0;
        long early = 0;
        Instant earliest = Instant.now().minus(oldest);
        for (SourceLine line = lines.next(); line != null; line = lines.next()) {
            try {
                JsonTree row = lines.row(line);
                if (mapping.skips(row)) {
                    skipped++;
                    continue;
                }
                JsonTree record = mapping.record(row, ids.apply(line), shift);
                Instant time = mapping.time(row);
                if (time != null && time.plus(shift).isBefore(earliest)) {
                    early++;
                    throw new UnfitLineException(
                            "timestamp: "
                                    + record.at("timestamp")
                                    + " (expected: at most "
                                    + oldest.toDays()
                                    + " days old)");
                }
                if (good == 0) {
                    world.out().println("The first record: " + record);
                }
                good++;
            } catch (UnfitLineException unfit) {
                wrong++;
                if (wrong <= mistakesShown) {
                    world.out().println("line " + line.number() + ": " + unfit.text());
                }
            }
        }
        if (wrong > mistakesShown) {
            world.out().println("… and " + ImportProgress.number(wrong - mistakesShown) + " more");
        }
        world.out()
                .println(
                        ImportProgress.number(good)
                                + " lines are good, "
                                + ImportProgress.number(wrong)
                                + " are not, "
                                + ImportProgress.number(skipped)
                                + " would be left out. Nothing was sent.");
        if (lines.unfinished() > 0) {
            ImportRun.tellUnfinished(lines.unfinished(), world);
        }
        if (early > 0) {
            world.err().println("hint: --shift-to-now moves old calls, the last one to now");
        }
        return wrong == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
