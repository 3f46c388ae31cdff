package tekton.budget.api.config;

import tekton.budget.api.publish.PublisherSettings;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * How one instance serves. A value it cannot serve with is refused by an {@link
 * IllegalArgumentException} that says {@code name: value (expected: …)}.
 *
 * @param port where HTTP is served; 0 for a free one, which the web server then knows
 * @param bind {@code loopback} (or {@code localhost}) for 127.0.0.1 and, where there is IPv6, ::1;
 *     else one address
 * @param openBindAllowed true to serve on an address that others reach although there are no keys
 * @param host under which name others reach this instance
 * @param version the version it says it has
 * @param hermesUrl where components announce themselves
 * @param bootstrapServers Kafka's addresses
 * @param dataDirectory holds the stream state
 * @param bytesInFlightMax the most usage bytes sent and not yet acknowledged
 */
public record IngestSettings(
        int port,
        String bind,
        boolean openBindAllowed,
        String host,
        String version,
        URI hermesUrl,
        String bootstrapServers,
        Path dataDirectory,
        int bytesInFlightMax) {

    private static final Set<String> LOOPBACK = Set.of("loopback", "localhost");

    public IngestSettings {
        if (port < 0 || port > 65_535) {
            throw invalid("BUDGET_PORT", String.valueOf(port), "0 to 65535");
        }
        if (!LOOPBACK.contains(bind)) {
            checkBind(bind, openBindAllowed);
        }
        if (bootstrapServers.isBlank()) {
            throw invalid("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers, "host:port");
        }
        // Says what is wrong with the bound.
        PublisherSettings.of(bootstrapServers, bytesInFlightMax);
    }

    /** A default instance on the loopback addresses. */
    public static IngestSettings local(int port, String bootstrapServers, Path dataDirectory) {
        return new IngestSettings(
                port,
                "loopback",
                false,
                "localhost",
                "0.1.0",
                URI.create("http://localhost:8001/api"),
                bootstrapServers,
                dataDirectory,
                PublisherSettings.BYTES_IN_FLIGHT_DEFAULT);
    }

    /** What the environment says; the README's table lists the variables. */
    public static IngestSettings of(Map<String, String> environment) {
        return new IngestSettings(
                integer(environment, "BUDGET_PORT", 8013),
                text(environment, "BUDGET_BIND", "loopback"),
                bool(environment, "BUDGET_ALLOW_OPEN_BIND"),
                text(environment, "BUDGET_HOST", "localhost"),
                text(environment, "BUDGET_VERSION", "0.1.0"),
                url(environment, "HERMES_URL", "http://localhost:8001/api"),
                text(environment, "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"),
                Path.of(text(environment, "BUDGET_DATA_DIR", "./data")).toAbsolutePath(),
                integer(
                        environment,
                        "BUDGET_IN_FLIGHT_BYTES",
                        PublisherSettings.BYTES_IN_FLIGHT_DEFAULT));
    }

    /** True when it serves on every loopback address there is. */
    public boolean bindsLoopback() {
        return LOOPBACK.contains(bind);
    }

    /** Where other instances reach this one. */
    public String advertisedServer() {
        return host + ":" + port;
    }

    private static void checkBind(String bind, boolean openBindAllowed) {
        InetAddress address;
        try {
            address = InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw invalid("BUDGET_BIND", bind, "loopback or an address of this machine");
        }
        if (!address.isLoopbackAddress() && !openBindAllowed) {
            throw invalid(
                    "BUDGET_BIND",
                    bind,
                    "a loopback address, as there are no API keys yet to guard others;"
                            + " BUDGET_ALLOW_OPEN_BIND=true serves everyone all the same");
        }
    }

    private static String text(Map<String, String> environment, String name, String byDefault) {
        String value = environment.getOrDefault(name, "").strip();
        return value.isEmpty() ? byDefault : value;
    }

    private static boolean bool(Map<String, String> environment, String name) {
        String value = text(environment, name, "false");
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(name, value, "true or false");
        };
    }

    private static int integer(Map<String, String> environment, String name, int byDefault) {
        String value = text(environment, name, String.valueOf(byDefault));
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw invalid(name, value, "an integer such as " + byDefault);
        }
    }

    private static URI url(Map<String, String> environment, String name, String byDefault) {
        String value = text(environment, name, byDefault);
        try {
            URI url = new URI(value);
            if (url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw invalid(name, value, "an http or https URL such as " + byDefault);
    }

    private static IllegalArgumentException invalid(String name, String value, String expected) {
        return new IllegalArgumentException(
                "%s: %s (expected: %s)".formatted(name, value, expected));
    }
}
