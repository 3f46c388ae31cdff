package tekton.budget.api.access;

import tekton.budget.settings.InvalidSettingException;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** From which pages a browser may call (Fetch standard, "CORS protocol"). */
final class CrossOrigin {

    /** Pages of this machine, whatever their port. */
    static final String LOOPBACK = "loopback";

    private static final String ALL = "*";

    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean all;
    private final boolean loopback;
    private final Set<String> origins;

    private CrossOrigin(boolean all, boolean loopback, Set<String> origins) {
        this.all = all;
        this.loopback = loopback;
        this.origins = origins;
    }

    /**
     * The origins of a setting: {@code loopback}, {@code *}, or addresses such as {@code
     * https://example.com:8443}, several separated by commas; {@code none} for none.
     *
     * @throws InvalidSettingException if it is none of these
     */
    static CrossOrigin parse(String text) {
        boolean all = false;
        boolean loopback = false;
        Set<String> origins = new HashSet<>();
        for (String each : text.split("[,\\s]+", -1)) {
            switch (each) {
                case ALL -> all = true;
                case LOOPBACK -> loopback = true;
                case "", "none" -> {
                    // Nobody more.
                }
                default -> origins.add(origin(each));
            }
        }
        return new CrossOrigin(all, loopback, Set.copyOf(origins));
    }

    /** Whether pages from anywhere may call. */
    boolean allowsAll() {
        return all;
    }

    /** Whether a page of that origin may call. */
    boolean allows(String origin) {
        return all
                || origins.contains(origin.toLowerCase(Locale.ROOT))
                || (loopback && isLocal(origin));
    }

    private static boolean isLocal(String origin) {
        try {
            URI uri = new URI(origin);
            String host = uri.getHost();
            return host != null
                    && LOCAL.contains(host.toLowerCase(Locale.ROOT))
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (URISyntaxException notAnOrigin) {
            return false;
        }
    }

    private static String origin(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return text.toLowerCase(Locale.ROOT);
            }
        } catch (URISyntaxException notAnOrigin) {
            // Said below.
        }
        throw new InvalidSettingException(
                "BUDGET_CORS_ORIGINS",
                text,
                "loopback, none, * or origins such as https://example.com, separated by commas");
    }
}
