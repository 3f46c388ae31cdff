package tekton.budget.api.access;

import tekton.budget.settings.InvalidSettingException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file of keys, one a line. */
final class KeyFile {

    private static final String SETTING = "BUDGET_API_KEYS_FILE";

    private static final int BYTES_MAX = 64 * 1024;

    private KeyFile() {}

    /**
     * The keys of the environment and of the file, as it is now.
     *
     * @throws InvalidSettingException if it cannot be read or is no list of keys
     */
    static List<ApiKey> read(Path file, List<ApiKey> before) {
        List<ApiKey> all = new ArrayList<>(before);
        for (ApiKey key : KeyList.parse(SETTING, text(file))) {
            if (all.stream().anyMatch(one -> one.name().equals(key.name()) || one.sameKeyAs(key))) {
                throw new InvalidSettingException(
                        SETTING, key.name(), "no name and no key of BUDGET_API_KEYS");
            }
            all.add(key);
        }
        if (all.size() > KeyList.KEYS_MAX) {
            throw new InvalidSettingException(
                    SETTING, all.size() + " keys", "at most " + KeyList.KEYS_MAX + " in all");
        }
        if (all.isEmpty()) {
            // Perhaps it is being written; to lock everybody out takes more than that.
            throw new InvalidSettingException(
                    SETTING, file.toString(), "a file with at least one key");
        }
        return List.copyOf(all);
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new InvalidSettingException(
                        SETTING, file.toString(), "a file of at most " + BYTES_MAX + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new InvalidSettingException(SETTING, file.toString(), "a readable file");
        }
    }
}
