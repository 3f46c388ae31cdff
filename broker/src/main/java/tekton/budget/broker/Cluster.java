package tekton.budget.broker;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The brokers of one machine that know each other, each also a controller. A broker's node id is
 * its place in the list, from 1.
 *
 * @param members all of them, at least one
 */
public record Cluster(List<Member> members) {

    public Cluster {
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("members: none (expected: at least one)");
        }
    }

    /**
     * Where a broker listens, on loopback.
     *
     * @param port where clients connect, 1 to 65535
     * @param controllerPort where the controllers talk to each other, 1 to 65535
     */
    public record Member(int port, int controllerPort) {}

    /** A broker that is alone. */
    static Cluster ofOne(int port, int controllerPort) {
        return new Cluster(List.of(new Member(port, controllerPort)));
    }

    Member member(int nodeId) {
        if (nodeId < 1 || nodeId > members.size()) {
            throw new IllegalArgumentException(
                    "node id: %d (expected: 1 to %d)".formatted(nodeId, members.size()));
        }
        return members.get(nodeId - 1);
    }

    /** As Kafka's {@code controller.quorum.voters}. */
    String voters() {
        return IntStream.rangeClosed(1, members.size())
                .mapToObj(id -> id + "@127.0.0.1:" + member(id).controllerPort())
                .collect(Collectors.joining(","));
    }

    /** Copies of what the brokers keep for themselves: more than three protect nothing more. */
    int copies() {
        return Math.min(members.size(), 3);
    }

    /** How many copies must have a record: one may be missing, if there are three. */
    int copiesInSync() {
        return Math.max(1, copies() - 1);
    }
}
