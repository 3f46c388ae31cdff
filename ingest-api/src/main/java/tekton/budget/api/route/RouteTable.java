package tekton.budget.api.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the row of {@link Endpoints} that a request is. By the path as it was sent, neither decoded
 * nor tidied: an unusual spelling is no row. A path without variables wins over one with them,
 * whatever the method. Any thread.
 */
public final class RouteTable {

    private static final String UNVERSIONED = "/api";
    private static final String PEERS = "/internal/ask/";
    private static final String VERSIONED = "/api/v1";

    private static final List<Endpoint> ROWS =
            Stream.concat(Endpoints.ALL.stream(), Endpoints.SHUTDOWN.stream()).toList();
    private static final Map<String, List<Endpoint>> LITERALS = new HashMap<>();
    private static final List<Endpoint> TEMPLATES = new ArrayList<>();

    static {
        ROWS.forEach(
                row -> {
                    if (row.path().isLiteral()) {
                        LITERALS.computeIfAbsent(row.path().text(), path -> new ArrayList<>())
                                .add(row);
                    } else {
                        TEMPLATES.add(row);
                    }
                });
    }

    private RouteTable() {}

    /**
     * The row of a request.
     *
     * @param path as {@link #unversioned} leaves it
     */
    public static Optional<Endpoint> find(String method, String path) {
        List<Endpoint> rows = LITERALS.getOrDefault(path, TEMPLATES);
        for (Endpoint row : rows) {
            if (row.method().equals(method) && row.path().matches(path)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    /**
     * The rows of a path, whatever the method.
     *
     * @param path as {@link #unversioned} leaves it
     */
    public static List<Endpoint> at(String path) {
        return LITERALS.getOrDefault(path, TEMPLATES).stream()
                .filter(row -> row.path().matches(path))
                .toList();
    }

    /**
     * What a request costs: what its row says. An unusual spelling is served like the usual one, so
     * it costs what the dearest row does that it may be; what is no row at all is a look-up. What
     * instances ask each other is free: who asks has a turn already, and two that waited for each
     * other's would wait in vain.
     *
     * @param sent the path as it was sent
     * @param decoded the path as it is served
     */
    public static CostClass costOf(String method, String sent, String decoded) {
        if (decoded.startsWith(PEERS)) {
            return CostClass.FREE;
        }
        String rowMethod = method.equals("HEAD") ? "GET" : method;
        return find(rowMethod, unversioned(sent))
                .map(Endpoint::cost)
                .orElseGet(() -> dearest(rowMethod, unversioned(decoded)));
    }

    private static CostClass dearest(String method, String decoded) {
        CostClass dearest = CostClass.LOOKUP;
        for (Endpoint row : ROWS) {
            if (row.method().equals(method)
                    && row.path().mayMatch(decoded)
                    && row.cost().compareTo(dearest) > 0) {
                dearest = row.cost();
            }
        }
        return dearest;
    }

    /** Both prefixes of the API are one. */
    public static String unversioned(String path) {
        boolean versioned =
                path.startsWith(VERSIONED)
                        && (path.length() == VERSIONED.length()
                                || path.charAt(VERSIONED.length()) == '/');
        return versioned ? UNVERSIONED + path.substring(VERSIONED.length()) : path;
    }
}
