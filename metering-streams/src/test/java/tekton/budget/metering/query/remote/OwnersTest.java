package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.internals.StreamsMetadataImpl;
import org.junit.jupiter.api.Test;

import tekton.budget.metering.query.local.ShardKind;

import java.util.Collection;
import java.util.List;
import java.util.Set;

class OwnersTest {

    private static final HostInfo SELF = new HostInfo("a", 1);
    private static final HostInfo OTHER = new HostInfo("b", 2);

    private final Owners owners = new Owners("a:1", OwnersTest::members);

    /** Usage 0 is ours and followed by the other, usage 1 the other way round; no ledger yet. */
    private static Collection<StreamsMetadata> members(ShardKind shard) {
        return shard == ShardKind.LEDGER
                ? List.of()
                : List.of(
                        new StreamsMetadataImpl(
                                SELF, Set.of(), Set.of(usage(0)), Set.of(), Set.of(usage(1))),
                        new StreamsMetadataImpl(
                                OTHER, Set.of(), Set.of(usage(1)), Set.of(), Set.of(usage(0))));
    }

    @Test
    void shouldNameTheOtherInstanceThatOwnsAPartition() {
        assertThat(owners.self()).isEqualTo(SELF);
        assertThat(owners.other(ShardKind.CONTEXTS, 1)).contains(OTHER);
        assertThat(owners.other(ShardKind.CONTEXTS, 0)).as("it is this one").isEmpty();
        assertThat(owners.other(ShardKind.CONTEXTS, 2)).as("nobody does").isEmpty();
        assertThat(owners.other(ShardKind.BUDGETS, 1)).as("another topic").isEmpty();
        assertThat(owners.other(ShardKind.LEDGER, 1)).isEmpty();
    }

    @Test
    void shouldNameWhoeverKeepsACopy() {
        assertThat(owners.copies(ShardKind.CONTEXTS, 0)).containsExactly(OTHER);
        assertThat(owners.copies(ShardKind.CONTEXTS, 1)).containsExactly(SELF);
        assertThat(owners.copies(ShardKind.BUDGETS, 0)).isEmpty();
    }

    private static TopicPartition usage(int partition) {
        return new TopicPartition(ShardKind.CONTEXTS.input(), partition);
    }
}
