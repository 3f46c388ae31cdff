package tekton.budget.settings;

import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Environment variables read as what they mean. A variable that is empty or blank counts as not
 * set: that is how compose files and shells say "the default". A value that cannot be is refused by
 * an {@link InvalidSettingException}. Remembers what it was asked for. Not thread-safe.
 */
public final class Environment {

    private static final String PREFIX = "BUDGET_";
    private static final int MAX_TEXT = 253;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final Map<String, String> variables;
    private final Set<String> known = new HashSet<>();

    public Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** A variable's text, if it is set. */
    public Optional<String> text(String name) {
        known.add(name);
        return Optional.ofNullable(variables.get(name))
                .map(String::strip)
                .filter(v -> !v.isEmpty());
    }

    /** A TCP port that can be listened on. */
    public int port(String name, int byDefault) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return byDefault;
        }
        if (isPort(value.get())) {
            return Integer.parseInt(value.get());
        }
        throw new InvalidSettingException(name, value.get(), "1 to 65535");
    }

    /** An integer within bounds. */
    public int integer(String name, int byDefault, int min, int max) {
        String value = text(name).orElse(String.valueOf(byDefault));
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw new InvalidSettingException(name, value, "%d to %d".formatted(min, max));
    }

    /** True or false. */
    public boolean flag(String name, boolean byDefault) {
        String value = text(name).orElse(String.valueOf(byDefault));
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidSettingException(name, value, "true or false");
        };
    }

    /** Letters, digits and {@code . _ + -}, at most 253: a host name or a version. */
    public String word(String name, String byDefault) {
        String value = text(name).orElse(byDefault);
        if (value.length() > MAX_TEXT || !WORD.matcher(value).matches()) {
            throw new InvalidSettingException(
                    name, value, "1 to 253 letters, digits, dots or dashes, such as " + byDefault);
        }
        return value;
    }

    /** A host under which others reach this one: what can stand in a URL. */
    public String host(String name, String byDefault) {
        String value = word(name, byDefault);
        try {
            if (new URI("http://" + value).getHost() != null) {
                return value;
            }
        } catch (URISyntaxException notAHost) {
            // Said below.
        }
        throw new InvalidSettingException(
                name, value, "a host name or an address, without an underscore");
    }

    /** An http or https URL. */
    public URI httpUrl(String name, String byDefault) {
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

    /** A time zone by its IANA name or its offset from UTC. */
    public ZoneId zone(String name, ZoneId byDefault) {
        Optional<String> value = text(name);
        try {
            return value.map(ZoneId::of).orElse(byDefault);
        } catch (DateTimeException notAZone) {
            throw new InvalidSettingException(
                    name, value.orElseThrow(), "a time zone such as Europe/Berlin, UTC or +05:30");
        }
    }

    /** A directory, absolute. */
    public Path path(String name, String byDefault) {
        String value = text(name).orElse(byDefault);
        try {
            return Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException notAPath) {
            throw new InvalidSettingException(name, value, "a directory");
        }
    }

    /** {@code host:port[,host:port]...}; whether somebody answers there is not looked at. */
    public Optional<String> hostsAndPorts(String name) {
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
    public List<String> words(String name, String byDefault) {
        return List.of(SPACES.split(text(name).orElse(byDefault)));
    }

    /** Somebody else reads that variable. */
    public void ignore(String name) {
        known.add(name);
    }

    /** Says which variables look like ours and were not asked for: probably a slip. */
    public void warnOfUnknown(PrintStream out) {
        List<String> unknown = unknown();
        if (!unknown.isEmpty()) {
            out.println("Not known and not used: " + String.join(", ", unknown));
        }
    }

    /** The names that look like ours and were not asked for, sorted. */
    List<String> unknown() {
        return variables.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
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
