package tekton.budget.standalone;

import tekton.budget.broker.Cluster;

import java.nio.file.Path;
import java.util.List;

/**
 * One broker of a cluster on this machine, as the command line names it.
 *
 * @param directory takes configuration and data
 * @param clusterId the same for all, 22 characters of base64url
 * @param id which of the cluster's members it is, from 1
 * @param cluster all members
 */
record Node(Path directory, String clusterId, int id, Cluster cluster) {

    static final String MODE = "node";

    private static final int BEFORE_MEMBERS = 4;

    /**
     * {@code node <directory> <cluster id> <node id> <port>/<controller port>…}, the members in the
     * order of their ids.
     *
     * @throws IllegalArgumentException if that is not what the arguments say
     */
    static Node of(List<String> arguments) {
        if (arguments.size() <= BEFORE_MEMBERS) {
            throw new IllegalArgumentException(
                    "%s (expected: node <directory> <cluster id> <node id> <port>/<controller port>…)"
                            .formatted(arguments));
        }
        return new Node(
                Path.of(arguments.get(1)),
                arguments.get(2),
                Integer.parseInt(arguments.get(3)),
                new Cluster(
                        arguments.subList(BEFORE_MEMBERS, arguments.size()).stream()
                                .map(Node::member)
                                .toList()));
    }

    private static Cluster.Member member(String text) {
        int slash = text.indexOf('/');
        return new Cluster.Member(
                Integer.parseInt(text.substring(0, slash)),
                Integer.parseInt(text.substring(slash + 1)));
    }
}
