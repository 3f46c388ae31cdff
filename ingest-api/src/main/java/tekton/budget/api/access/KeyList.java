package tekton.budget.api.access;

import tekton.budget.settings.InvalidSettingException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads lists of keys. What is wrong is named by its place: an entry may be shown to nobody. */
final class KeyList {

    /** The most keys: each request is compared with every one. */
    static final int KEYS_MAX = 100;

    private KeyList() {}

    /**
     * The keys of a setting, separated by commas or white space; lines that begin with # say
     * nothing.
     *
     * @param source the setting's name
     * @throws InvalidSettingException if an entry is none, or a name or key stands twice
     */
    static List<ApiKey> parse(String source, String text) {
        List<ApiKey> keys = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String line : text.split("\\R", -1)) {
            if (line.strip().startsWith("#")) {
                continue;
            }
            for (String entry : line.split("[,\\s]+", -1)) {
                if (!entry.isEmpty()) {
                    String place = "entry " + (keys.size() + 1);
                    ApiKey key =
                            ApiKey.parse(entry)
                                    .orElseThrow(
                                            () ->
                                                    new InvalidSettingException(
                                                            source, place, ApiKey.EXPECTED));
                    if (!names.add(key.name()) || keys.stream().anyMatch(key::sameKeyAs)) {
                        throw new InvalidSettingException(
                                source, place, "each name and each key once");
                    }
                    keys.add(key);
                }
            }
        }
        if (keys.size() > KEYS_MAX) {
            throw new InvalidSettingException(source, keys.size() + " keys", "at most " + KEYS_MAX);
        }
        return List.copyOf(keys);
    }
}
