package tekton.budget.bench.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.bench.oracle.Oracle;
import tekton.budget.codec.Parsed;
import tekton.budget.codec.UsageReader;
import tekton.budget.event.UsageReported;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

class TrafficTest {

    @TempDir Path books;

    private final Traffic traffic = new Traffic(7, List.of(), List.of("kill.a", "kill.b"));

    @Test
    void everyRecordIsValidAndTheSameForItsNumber() {
        for (int i = 0; i < 2_000; i++) {
            Shot shot = traffic.next(Wording.OWN);
            UsageReported usage = read(shot);

            assertThat(usage.contextId()).isEqualTo(shot.contextId());
            assertThat(usage.recordId()).isEqualTo(shot.recordId());
            assertThat(shot).isEqualTo(traffic.at(i));
        }
    }

    @Test
    void someRecordsNameAnAllocationAndNoBudgetBesides() {
        Set<String> named = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            UsageReported usage = read(traffic.at(i));
            if (usage.allocationId() != null) {
                named.add(usage.allocationId());
                assertThat(traffic.at(i).json()).doesNotContain("\"budget_id\"");
            }
        }

        assertThat(named).containsExactlyInAnyOrder("kill.a", "kill.b");
    }

    @Test
    void onlyRecordsWithATimeOfTheirOwnMayBeMisrouted() {
        for (int i = 0; i < 2_000; i++) {
            Shot shot = traffic.at(i);
            assertThat(shot.mayBeMisrouted()).isEqualTo(read(shot).sentTimestampMs() != null);
        }
    }

    @Test
    void aConflictDiffersInItsTokensOnly() {
        for (int i = 0; i < 200; i++) {
            Shot shot = traffic.at(i);
            Shot conflict = traffic.conflictWith(shot);

            assertThat(conflict.recordId()).isEqualTo(shot.recordId());
            assertThat(conflict.mayBeMisrouted()).isFalse();
            assertThat(read(conflict).tokens().input()).isEqualTo(read(shot).tokens().input() + 1);
            assertThat(traffic.conflictWith(conflict)).isEqualTo(conflict);
        }
    }

    @Test
    void whatIsAcknowledgedIsInTheBooks() throws IOException {
        AtomicLong total = new AtomicLong();
        try (AckLog log = new AckLog(books, "one", total)) {
            log.add(List.of(traffic.at(11), traffic.at(7)));

            // Not closed yet: it is on disk before the sender goes on.
            Set<String> read = new HashSet<>();
            AckLog.readEach(books, (context, id) -> read.add(Oracle.idOf(context, id)));
            assertThat(read).containsExactlyInAnyOrder(idOf(traffic.at(11)), idOf(traffic.at(7)));
        }
        assertThat(total).hasValue(2);
    }

    private static String idOf(Shot shot) {
        return Oracle.idOf(shot.contextId(), shot.recordId());
    }

    private static UsageReported read(Shot shot) {
        Parsed parsed = UsageReader.fromTopic(shot.json().getBytes(StandardCharsets.UTF_8));
        assertThat(parsed).isInstanceOf(Parsed.Accepted.class);
        return ((Parsed.Accepted) parsed).usage();
    }
}
