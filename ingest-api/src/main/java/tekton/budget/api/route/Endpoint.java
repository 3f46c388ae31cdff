package tekton.budget.api.route;

/**
 * One thing to ask this service.
 *
 * @param method the HTTP method
 * @param path what is in braces varies; of the two prefixes, {@code /api} stands for both
 * @param description one phrase
 */
public record Endpoint(String method, String path, String description) {

    static Endpoint get(String path, String description) {
        return new Endpoint("GET", path, description);
    }

    static Endpoint post(String path, String description) {
        return new Endpoint("POST", path, description);
    }

    static Endpoint put(String path, String description) {
        return new Endpoint("PUT", path, description);
    }

    static Endpoint delete(String path, String description) {
        return new Endpoint("DELETE", path, description);
    }
}
