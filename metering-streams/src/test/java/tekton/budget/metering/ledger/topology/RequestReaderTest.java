package tekton.budget.metering.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.metering.ledger.Samples.allocate;
import static tekton.budget.metering.ledger.Samples.createBudget;
import static tekton.budget.metering.ledger.Samples.head;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.ledger.topology.RequestReader.Result.Rejected;
import tekton.budget.metering.ledger.topology.RequestReader.Result.Understood;
import tekton.budget.topic.Partitions;

import java.util.List;

class RequestReaderTest {

    private static final int PARTITIONS = 3;

    private final RequestReader reader = new RequestReader(PARTITIONS);

    @Test
    void shouldReadWhatStandsWhereItsBudgetIs() {
        LedgerRequest request = createBudget("r", "team-a");
        int own = Partitions.of("team-a", PARTITIONS);

        assertThat(reader.read(LedgerCodec.write(request), own)).isEqualTo(new Understood(request));
        assertThat(reader.read(LedgerCodec.write(request), (own + 1) % PARTITIONS))
                .isEqualTo(
                        new Rejected(
                                Reason.INVALID,
                                "partition: %d (expected: %d, where budget \"team-a\" is decided; use Java's murmur2 on it)"
                                        .formatted((own + 1) % PARTITIONS, own)));
    }

    @Test
    void shouldSayThatMetadataIsTooLarge() {
        LedgerRequest request =
                new LedgerRequest.UpdateBudget(
                        head("r", "b"),
                        null,
                        null,
                        null,
                        null,
                        new Metadata("{\"n\":\"" + "x".repeat(20_000) + "\"}"));

        assertThat(reader.read(LedgerCodec.write(request), Partitions.of("b", PARTITIONS)))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        one -> assertThat(one.message()).contains("metadata: more than 16384"));
    }

    static List<LedgerRequest> impossible() {
        String half = "x\ud800";
        return List.of(
                createBudget("r", ""),
                createBudget("r", "a.b"),
                createBudget("r", half),
                createBudget("r", "b".repeat(129)),
                createBudget("", "b"),
                createBudget("r".repeat(257), "b"),
                allocate(head("r", "b", ""), "b.1", "c", 1),
                allocate(head("r", "b", "k".repeat(513)), "b.1", "c", 1),
                allocate(head("r", "b"), "other.1", "c", 1),
                allocate(head("r", "b"), "b.1", "", 1),
                allocate(head("r", "b"), "b.1", half, 1),
                new LedgerRequest.ReleaseAllocation(head("r", "b"), "b"),
                new LedgerRequest.UpdatePolicy(
                        head("r", "b"), "c.p", null, null, null, null, null, null),
                new LedgerRequest.PutPolicy(
                        head("r", "b"),
                        "b.p",
                        PolicyType.WARN,
                        Period.DAILY,
                        new Scope(null, null, "", null),
                        1L,
                        null,
                        1,
                        1,
                        true,
                        Metadata.NONE),
                new LedgerRequest.UpdateBudget(
                        head("r", "b"), "n".repeat(70_000), null, null, null, null));
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void shouldSayWhatIsWrong(LedgerRequest request) {
        int own = Partitions.of(request.head().budgetId(), PARTITIONS);

        assertThat(reader.read(LedgerCodec.write(request), own))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        one -> {
                            assertThat(one.reason()).isEqualTo(Reason.INVALID);
                            assertThat(one.message()).contains("(expected: ");
                        });
    }
}
