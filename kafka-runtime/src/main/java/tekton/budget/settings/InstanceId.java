package tekton.budget.settings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

    private static final Logger LOG = LoggerFactory.getLogger(InstanceId.class);

    private static final String FILE = "instance-id";

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private InstanceId() {}

    /**
     * The name in a directory; made at the first call, and anew if what is there is none: then the
     * partitions of the lost name are free once its session has ended.
     *
     * @throws IOException if it can be neither read nor written
     */
    public static String in(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            Files.createDirectories(directory);
            return make(file);
        }
        String id = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!VALID.matcher(id).matches()) {
            LOG.warn("{}: damaged; this instance gets another name", file);
            return make(file);
        }
        return id;
    }

    private static String make(Path file) throws IOException {
        String id = "budget-" + UUID.randomUUID();
        Path made = Files.createTempFile(file.getParent(), FILE, ".new");
        Files.writeString(made, id);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return id;
    }
}
