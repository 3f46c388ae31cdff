package tekton.budget.cli.settings;

import org.jspecify.annotations.Nullable;

import tekton.budget.cli.call.CliFailure;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The settings of one run. The first of these that has a value wins: option, environment, {@code
 * ./.budget}, {@code ~/.config/budget/config}, default.
 */
public final class CliSettings {

    /** A value and where it came from. */
    public record Chosen(String value, String from) {}

    private static final List<String> NAMES =
            List.of("url", "key-file", "ca-file", "output", "zone");
    private static final String DEFAULT_URL = "http://localhost:8013";
    private static final int FILE_MAX = 65_536;
    private static final int KEY_MAX = 4_096;

    private final CliWorld world;
    private final Map<String, Chosen> chosen = new LinkedHashMap<>();

    /**
     * @param options the values of {@code url}, {@code key-file}, {@code ca-file}, {@code output}
     *     and {@code zone} that were given as options
     */
    public CliSettings(CliWorld world, Map<String, String> options) {
        this.world = world;
        Path near = world.directory().resolve(".budget");
        Path home = world.configFile();
        // Of a project's own clone of Budget, .budget is no file of settings.
        Map<String, String> nearValues = Files.isDirectory(near) ? Map.of() : read(near);
        Map<String, String> homeValues = read(home);
        for (String name : NAMES) {
            String option = options.getOrDefault(name, "");
            Chosen fromEnvironment = environment(name);
            if (!option.isEmpty()) {
                chosen.put(name, new Chosen(option, "option --" + name));
            } else if (fromEnvironment != null) {
                chosen.put(name, fromEnvironment);
            } else if (nearValues.containsKey(name)) {
                chosen.put(name, new Chosen(nearValues.getOrDefault(name, ""), near.toString()));
            } else if (homeValues.containsKey(name)) {
                chosen.put(name, new Chosen(homeValues.getOrDefault(name, ""), home.toString()));
            }
        }
        chosen.putIfAbsent("url", new Chosen(DEFAULT_URL, "default"));
        chosen.putIfAbsent("output", new Chosen("table", "default"));
        chosen.putIfAbsent("zone", new Chosen(ZoneId.systemDefault().getId(), "this machine"));
    }

    private @Nullable Chosen environment(String name) {
        return switch (name) {
            case "url" -> {
                String url = world.variable("BUDGET_URL");
                String host = world.variable("BUDGET_HOST");
                String port = world.variable("BUDGET_PORT");
                if (!url.isEmpty()) {
                    yield new Chosen(url, "environment BUDGET_URL");
                }
                if (host.isEmpty() && port.isEmpty()) {
                    yield null;
                }
                yield new Chosen(
                        "http://"
                                + (host.isEmpty() ? "localhost" : host)
                                + ":"
                                + (port.isEmpty() ? "8013" : port),
                        "environment BUDGET_HOST, BUDGET_PORT");
            }
            case "key-file" -> variable("BUDGET_API_KEY_FILE");
            case "ca-file" -> variable("BUDGET_CA_FILE");
            case "output" -> variable("BUDGET_OUTPUT");
            case "zone" -> variable("BUDGET_ZONE");
            default -> throw new IllegalArgumentException(name);
        };
    }

    private @Nullable Chosen variable(String name) {
        String value = world.variable(name);
        return value.isEmpty() ? null : new Chosen(value, "environment " + name);
    }

    private static Map<String, String> read(Path file) {
        List<String> lines;
        try {
            if (Files.size(file) > FILE_MAX) {
                throw CliFailure.usage(file + ": larger than 64 KiB (expected: a few settings)");
            }
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException none) {
            return Map.of();
        } catch (IOException unreadable) {
            throw CliFailure.usage(file + ": cannot be read: " + unreadable.getMessage());
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            int equals = line.indexOf('=');
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String name = equals < 0 ? line : line.substring(0, equals).strip();
            if (equals < 0 || !NAMES.contains(name)) {
                // Not the line itself: it may be a key in the wrong place.
                throw CliFailure.usage(
                        file
                                + ": line "
                                + (i + 1)
                                + " (expected: NAME = VALUE with a name of "
                                + String.join(", ", NAMES)
                                + ")",
                        "a key stands in a file of its own, which key-file names");
            }
            values.put(name, unquoted(line.substring(equals + 1).strip()));
        }
        return values;
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    /** Where Budget is, without a slash or {@code /api} at its end. */
    public String url() {
        Chosen given = get("url");
        String url = given.value();
        while (url.endsWith("/")) {
            url = url.substring(0, url.length() - 1);
        }
        if (url.endsWith("/api")) {
            url = url.substring(0, url.length() - "/api".length());
        }
        String scheme = url.toLowerCase(Locale.ROOT);
        try {
            if ((scheme.startsWith("http://") || scheme.startsWith("https://"))
                    && URI.create(url).getHost() != null
                    && URI.create(url).getUserInfo() == null) {
                return url;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Told below.
        }
        throw CliFailure.usage(
                "url: \""
                        + given.value()
                        + "\" of "
                        + given.from()
                        + " (expected: http://HOST:PORT or https://…, without a user)");
    }

    public OutputFormat output() {
        Chosen given = get("output");
        return switch (given.value().toLowerCase(Locale.ROOT)) {
            case "table" -> OutputFormat.TABLE;
            case "json" -> OutputFormat.JSON;
            case "csv" -> OutputFormat.CSV;
            default ->
                    throw CliFailure.usage(
                            "output: \""
                                    + given.value()
                                    + "\" of "
                                    + given.from()
                                    + " (expected: table, json or csv)");
        };
    }

    /** The zone in which tables show times. */
    public ZoneId zone() {
        Chosen given = get("zone");
        try {
            return ZoneId.of(given.value());
        } catch (DateTimeException unknown) {
            throw CliFailure.usage(
                    "zone: \""
                            + given.value()
                            + "\" of "
                            + given.from()
                            + " (expected: a zone such as UTC or Europe/Berlin)");
        }
    }

    /**
     * The API key; null for none. A key that was not chosen together with a URL of {@code
     * ./.budget} goes to this machine only: else a directory that somebody unpacked could ask for
     * it.
     */
    public @Nullable String key() {
        Chosen file = chosen.get("key-file");
        String direct = world.variable("BUDGET_API_KEY");
        boolean asOption = file != null && file.from().startsWith("option");
        String key;
        String from;
        if (!direct.isEmpty() && !asOption) {
            from = "environment BUDGET_API_KEY";
            key = checked(direct, from);
        } else if (file != null) {
            key = keyIn(file);
            from = file.from();
        } else {
            return null;
        }
        Chosen url = get("url");
        boolean near = url.from().endsWith(".budget");
        if (near && !asOption && !from.equals(url.from()) && !isLoopback()) {
            throw CliFailure.usage(
                    "url: "
                            + url.from()
                            + " names "
                            + url()
                            + ", and the key is of "
                            + from
                            + " (expected: both from one place)",
                    "if that is meant, say it yourself: --url " + url());
        }
        return key;
    }

    /**
     * The file of certificates that are trusted in place of Java's; null for Java's. One that
     * {@code ./.budget} names is for a URL of the same file only: else a directory that somebody
     * unpacked could decide who passes for Budget.
     */
    public @Nullable Path caFile() {
        Chosen file = chosen.get("ca-file");
        if (file == null) {
            return null;
        }
        Chosen url = get("url");
        if (file.from().endsWith(".budget") && !file.from().equals(url.from())) {
            throw CliFailure.usage(
                    "ca-file: "
                            + file.from()
                            + " names it, and the url is of "
                            + url.from()
                            + " (expected: both from one place)",
                    "if that is meant, say it yourself: --ca-file " + file.value());
        }
        return world.path(expanded(file.value()));
    }

    private boolean isLoopback() {
        String host = URI.create(url()).getHost();
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private String keyIn(Chosen file) {
        byte[] bytes;
        try {
            bytes =
                    file.value().equals("-")
                            ? world.in().readNBytes(KEY_MAX + 1)
                            : readKey(world.path(expanded(file.value())));
        } catch (IOException unreadable) {
            throw CliFailure.usage(
                    "key-file: \""
                            + file.value()
                            + "\" of "
                            + file.from()
                            + " cannot be read (expected: a file that holds a key)");
        }
        return checked(
                new String(bytes, StandardCharsets.UTF_8).strip(),
                "key-file: \"" + file.value() + "\" of " + file.from());
    }

    private static String checked(String key, String from) {
        if (key.isEmpty()
                || key.length() > KEY_MAX
                || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw CliFailure.usage(
                    from + " holds no key (expected: one line of printable characters)");
        }
        return key;
    }

    private static byte[] readKey(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(KEY_MAX + 1);
        }
    }

    private String expanded(String file) {
        return file.startsWith("~/") ? world.home().resolve(file.substring(2)).toString() : file;
    }

    /** Every setting with its origin, and of the key only whether there is one. */
    public Map<String, Chosen> all() {
        Map<String, Chosen> all = new LinkedHashMap<>(chosen);
        if (!world.variable("BUDGET_API_KEY").isEmpty()) {
            all.put("key", new Chosen("(hidden)", "environment BUDGET_API_KEY"));
        }
        return all;
    }

    private Chosen get(String name) {
        Chosen value = chosen.get(name);
        if (value == null) {
            throw new IllegalStateException(name);
        }
        return value;
    }
}
