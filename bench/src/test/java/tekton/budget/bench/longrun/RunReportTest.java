package tekton.budget.bench.longrun;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class RunReportTest {

    private static final FaultTimes ALONE =
            new FaultTimes(1, "SIGKILL", "application", true, 4_200, 3_100, 9_000);

    @TempDir Path directory;

    @Test
    void onlyFaultsThatWereAloneHaveTimes() throws IOException {
        FaultTimes hasty = new FaultTimes(2, "SIGKILL", "application", false, 1, 1, -1);
        RunState state =
                RunState.open(directory, "conservation", 5L, Map.of("records", 1_000_000L));

        String report = RunReport.text(state, List.of(ALONE, hasty));

        assertThat(report)
                .contains("seed 5")
                .contains("set out for 1,000,000 records")
                .contains("| SIGKILL | application | 2 | 1 |")
                .contains("| SIGKILL | application | 1 | 4.20 | 4.20 | 4.20 | 4.20 | 4.20 |")
                .contains("| SIGKILL | application | 1 | 3.10 | 3.10 | 3.10 | 3.10 | 3.10 |");
    }

    @Test
    void aTimeIsReadAsItWasWritten() {
        assertThat(FaultTimes.ofLine(ALONE.toLine())).isEqualTo(ALONE);
    }
}
