package tekton.budget.standalone;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Environment variables read as what they mean. A variable that is empty or blank counts as not
 * set: that is how compose files and shells say "the default".
 */
final class Environment {

    private static final int MAX_TEXT = 253;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(variables.get(name))
                .map(String::strip)
                .filter(v -> !v.isEmpty());
    }

    int port(String name, int byDefault) throws InvalidSettingException {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return byDefault;
        }
        if (isPort(value.get())) {
            return Integer.parseInt(value.get());
        }
        throw new InvalidSettingException(name, value.get(), "1 to 65535");
    }

    /** Letters, digits and {@code . _ + -}, at most 253: a host name or a version. */
    String word(String name, String byDefault) throws InvalidSettingException {
        String value = text(name).orElse(byDefault);
        if (value.length() > MAX_TEXT || !WORD.matcher(value).matches()) {
            throw new InvalidSettingException(
                    name, value, "1 to 253 letters, digits, dots or dashes, such as " + byDefault);
        }
        return value;
    }

    URI httpUrl(String name, String byDefault) throws InvalidSettingException {
        String value = text(name).orElse(byDefault);
        try {
            URI url = new URI(value);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (http && url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException notAUrl) {
            // Said below.
        }
        throw new InvalidSettingException(name, value, "an http or https URL such as " + byDefault);
    }

    Path path(String name, String byDefault) throws InvalidSettingException {
        String value = text(name).orElse(byDefault);
        try {
            return Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException notAPath) {
            throw new InvalidSettingException(name, value, "a directory");
        }
    }

    String loopback(String name, String byDefault) throws InvalidSettingException {
        String value = text(name).orElse(byDefault);
        try {
            boolean loopback = true;
            for (InetAddress address : InetAddress.getAllByName(value)) {
                loopback &= address.isLoopbackAddress();
            }
            if (loopback) {
                return value;
            }
        } catch (UnknownHostException unknown) {
            // Said below.
        }
        throw new InvalidSettingException(
                name,
                value,
                "a loopback address such as 127.0.0.1, as there are no API keys yet to guard"
                        + " others");
    }

    /** {@code host:port[,host:port]...}; whether somebody answers there is not looked at. */
    Optional<String> hostsAndPorts(String name) throws InvalidSettingException {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return value;
        }
        for (String each : value.get().split(",", -1)) {
            int colon = each.lastIndexOf(':');
            if (colon < 1 || !isPort(each.substring(colon + 1))) {
                throw new InvalidSettingException(
                        name, value.get(), "host:port, several separated by commas");
            }
        }
        return value;
    }

    /** Words separated by spaces; there is no quoting. */
    List<String> words(String name, String byDefault) {
        return List.of(SPACES.split(text(name).orElse(byDefault)));
    }

    /** The names of all variables that are set and begin with {@code prefix}, sorted. */
    List<String> names(String prefix) {
        return variables.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    private static boolean isPort(String text) {
        try {
            int port = Integer.parseInt(text);
            return port >= 1 && port <= 65_535;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }
}
