package tekton.budget.api.access;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which scope a request needs. By the path as it was sent: an unusual spelling of a path is served
 * like the usual one, but never counts as one of those that need less, so no spelling opens
 * anything. What is not listed needs {@link AccessScope#ADMIN}, unless it only reads.
 */
final class AccessRules {

    /** Probes and documents: they hold no data, and who calls them has no keys. */
    private static final Set<String> OPEN =
            Set.of(
                    "/",
                    "/api",
                    "/api/v1",
                    "/health",
                    "/api/health",
                    "/ready",
                    "/status",
                    "/api/status",
                    "/api/discovery",
                    "/api/openapi.json",
                    "/api/asyncapi.json",
                    "/docs",
                    "/api/docs",
                    "/api/redoc");

    /** What the page of documents is made of. */
    private static final Pattern DOCUMENTS = Pattern.compile("/docs/[A-Za-z0-9_-][A-Za-z0-9._/-]*");

    private static final Set<String> INGEST =
            Set.of("/api/usage/record", "/api/usage/batch", "/api/allocations", "/api/check");

    private static final Pattern RELEASE =
            Pattern.compile("/api/allocations/[A-Za-z0-9._-]+/release");

    /** Questions that are asked with a body. */
    private static final Set<String> ASKED_BY_POST =
            Set.of(
                    "/api/usage/summary",
                    "/api/prices/current",
                    "/api/prices/calculate",
                    "/api/prices/recommendations",
                    "/api/prices/recommend",
                    "/api/assistant/analyze",
                    "/api/assistant/optimize",
                    "/api/assistant/recommend-model",
                    "/api/message");

    /**
     * What instances ask each other; the cluster's secret guards it, no key does. Nothing but what
     * is spelled just so.
     */
    private static final Pattern PEERS = Pattern.compile("/internal/ask/[a-z-]+");

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private static final String VERSIONED = "/api/v1/";

    private AccessRules() {}

    /**
     * The scope that a request needs; none when it is open to all.
     *
     * @param uri the path as it was sent, neither decoded nor tidied
     */
    static Optional<AccessScope> needed(String method, String uri) {
        String path = unversioned(uri);
        if (READING.contains(method)) {
            boolean open =
                    OPEN.contains(path)
                            || (DOCUMENTS.matcher(path).matches() && !path.contains(".."));
            return open ? Optional.empty() : Optional.of(AccessScope.READ);
        }
        if (method.equals("POST")) {
            if (PEERS.matcher(uri).matches()) {
                return Optional.empty();
            }
            if (INGEST.contains(path) || RELEASE.matcher(path).matches()) {
                return Optional.of(AccessScope.INGEST);
            }
            if (ASKED_BY_POST.contains(path)) {
                return Optional.of(AccessScope.READ);
            }
        }
        return Optional.of(AccessScope.ADMIN);
    }

    /** Both prefixes of the API are one. */
    static String unversioned(String uri) {
        return uri.startsWith(VERSIONED) ? "/api/" + uri.substring(VERSIONED.length()) : uri;
    }
}
