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
    private static final String VERSIONED = "/api/v1";

    private static final Map<String, List<Endpoint>> LITERALS = new HashMap<>();
    private static final List<Endpoint> TEMPLATES = new ArrayList<>();

    static {
        Stream.concat(Endpoints.ALL.stream(), Endpoints.SHUTDOWN.stream())
                .forEach(
                        row -> {
                            if (row.path().isLiteral()) {
                                LITERALS.computeIfAbsent(
                                                row.path().text(), path -> new ArrayList<>())
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

    /** Both prefixes of the API are one. */
    public static String unversioned(String path) {
        boolean versioned =
                path.startsWith(VERSIONED)
                        && (path.length() == VERSIONED.length()
                                || path.charAt(VERSIONED.length()) == '/');
        return versioned ? UNVERSIONED + path.substring(VERSIONED.length()) : path;
    }
}
