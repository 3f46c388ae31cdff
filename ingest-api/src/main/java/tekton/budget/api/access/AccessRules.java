package tekton.budget.api.access;

import tekton.budget.api.route.AccessScope;
import tekton.budget.api.route.Endpoint;
import tekton.budget.api.route.RouteTable;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which scope a request needs: what its row in the table of routes says. By the path as it was
 * sent: an unusual spelling of a path is served like the usual one, but is no row, so no spelling
 * opens anything. A request that is no row needs {@link AccessScope#ADMIN}, unless it only reads,
 * and what the row needs that it is served by.
 */
final class AccessRules {

    /**
     * What instances ask each other; the cluster's secret guards it, no key does. Nothing but what
     * is spelled just so.
     */
    private static final Pattern PEERS = Pattern.compile("/internal/ask/[a-z-]+");

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private AccessRules() {}

    /**
     * The scope that a request needs; none when it is open to all.
     *
     * @param uri the path as it was sent, neither decoded nor tidied
     */
    static Optional<AccessScope> needed(String method, String uri) {
        boolean reads = READING.contains(method);
        Optional<Endpoint> row =
                RouteTable.find(reads ? "GET" : method, RouteTable.unversioned(uri));
        if (row.isPresent()) {
            return row.get().scope();
        }
        if (isForEveryKey(RouteTable.unversioned(uri))) {
            // Answered 405, which no key need be for.
            return Optional.of(AccessScope.ANY);
        }
        if (reads) {
            return Optional.of(AccessScope.READ);
        }
        boolean isPeer = method.equals("POST") && PEERS.matcher(uri).matches();
        return isPeer ? Optional.empty() : Optional.of(AccessScope.ADMIN);
    }

    /**
     * The scope that a request needs besides, because it is served like a row of the table; none
     * when it is served like no row or like one that is open to all.
     *
     * @param path as the container serves it, decoded and tidied up
     */
    static Optional<AccessScope> neededAsServed(String method, String path) {
        return RouteTable.find(
                        READING.contains(method) ? "GET" : method, RouteTable.unversioned(path))
                .flatMap(Endpoint::scope);
    }

    /** Whether every method that a path serves is for whatever key. */
    private static boolean isForEveryKey(String path) {
        List<Endpoint> rows = RouteTable.at(path);
        return !rows.isEmpty()
                && rows.stream().allMatch(row -> row.scope().equals(Optional.of(AccessScope.ANY)));
    }
}
