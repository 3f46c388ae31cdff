package tekton.budget.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The name of an installation as a member of the group, kept beside its state: it comes back under
 * the same name after a kill and gets its partitions at once, and no two installations share one.
 */
public final class InstanceId {

    private static final String FILE = "instance-id";

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private InstanceId() {}

    /**
     * The name in a directory; made at the first call.
     *
     * @throws IOException if it can be neither read nor written, or is damaged
     */
    public static String in(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            Files.createDirectories(directory);
            Path made = Files.createTempFile(directory, FILE, ".new");
            Files.writeString(made, "budget-" + UUID.randomUUID());
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        }
        String id = Files.readString(file).strip();
        if (!VALID.matcher(id).matches()) {
            throw new IOException(
                    "%s: damaged (expected: 1 to 64 letters, digits or dashes)".formatted(file));
        }
        return id;
    }
}
