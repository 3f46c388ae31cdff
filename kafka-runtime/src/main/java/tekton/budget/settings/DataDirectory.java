package tekton.budget.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * The mark in a data directory: in which format its content is, and which version of Budget wrote
 * to it last. Version 0.1.0 made none, so a directory without one is in format 1.
 */
public final class DataDirectory {

    private static final String SETTING = "BUDGET_DATA_DIR";
    private static final String FILE = "format";
    private static final int FIRST_FORMAT = 1;

    private DataDirectory() {}

    /**
     * Makes sure that this version reads what is there, and marks the directory as its own. Called
     * before anything in it is opened, by who holds it.
     *
     * @param directory made if it is missing
     * @throws InvalidSettingException if a newer version has written what this one cannot read, or
     *     the mark can be neither read nor written; then nothing was changed
     */
    public static void claim(Path directory) {
        claim(directory, ProgramVersion.NUMBER, ProgramVersion.DATA_FORMAT);
    }

    static void claim(Path directory, String version, int format) {
        Path file = directory.resolve(FILE);
        String wanted =
                """
                # The format of what is in this directory, and the Budget that wrote to it last.
                format=%d
                version=%s
                """
                        .formatted(format, version);
        try {
            String found = read(file);
            requireReadable(directory, found, version, format);
            if (!found.equals(wanted)) {
                write(file, wanted);
            }
        } catch (IOException unusable) {
            throw new InvalidSettingException(
                    SETTING, file + ": " + unusable, "a file that can be read and written");
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    private static void requireReadable(Path directory, String found, String version, int format)
            throws IOException {
        if (found.isEmpty()) {
            return;
        }
        Properties mark = new Properties();
        mark.load(new StringReader(found));
        int foundFormat;
        try {
            foundFormat = Integer.parseInt(mark.getProperty("format", ""));
        } catch (NumberFormatException damaged) {
            foundFormat = 0;
        }
        if (foundFormat < FIRST_FORMAT) {
            throw new InvalidSettingException(
                    SETTING,
                    directory.resolve(FILE) + " is damaged",
                    "a line format=%d or another number, and version=%s"
                            .formatted(format, version));
        }
        if (foundFormat > format) {
            String writer = mark.getProperty("version", "of an unknown version");
            throw new InvalidSettingException(
                    SETTING,
                    "%s was written by Budget %s in data format %d"
                            .formatted(directory, writer, foundFormat),
                    ("at most format %d, which Budget %s reads; start Budget %s or a newer one on"
                                    + " it, or name another directory; nothing in it was changed")
                            .formatted(format, version, writer));
        }
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path made = file.resolveSibling(FILE + ".new");
        Files.writeString(made, content);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
