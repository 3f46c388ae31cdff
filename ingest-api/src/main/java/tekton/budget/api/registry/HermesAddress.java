package tekton.budget.api.registry;

import java.net.URI;
import java.net.URISyntaxException;

/** Where Hermes is: its base address ends in {@code /api}, however it was written. */
public record HermesAddress(URI base) {

    private static final String API = "/api";

    /**
     * The base for an address with or without {@code /api}, with or without a slash at the end.
     * What else there is in it, a user's password for one, is dropped.
     *
     * @param written an http or https URL with a host
     */
    public static HermesAddress of(URI written) {
        String path = written.getRawPath().replaceAll("/+$", "");
        String ending = path.endsWith(API) ? path : path + API;
        try {
            URI origin =
                    new URI(
                            written.getScheme(),
                            null,
                            written.getHost(),
                            written.getPort(),
                            null,
                            null,
                            null);
            return new HermesAddress(URI.create(origin + ending));
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException("parts of a URL make no URL", impossible);
        }
    }

    /** The address of a path below the base. */
    URI at(String path) {
        return URI.create(base + path);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
