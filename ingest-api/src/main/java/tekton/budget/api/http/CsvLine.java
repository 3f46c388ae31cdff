package tekton.budget.api.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Lines of CSV by RFC 4180, UTF-8. A name that a spreadsheet would take for a formula, because of
 * its first character, gets an apostrophe before it: names come from whoever reports usage.
 */
public final class CsvLine {

    private static final Pattern FORMULA = Pattern.compile("[=+\\-@\t\r\n].*", Pattern.DOTALL);
    private static final Pattern TO_QUOTE = Pattern.compile("[\",\r\n]");

    private CsvLine() {}

    /** A name as a field. */
    public static String text(String value) {
        String harmless = FORMULA.matcher(value).matches() ? "'" + value : value;
        return TO_QUOTE.matcher(harmless).find()
                ? '"' + harmless.replace("\"", "\"\"") + '"'
                : harmless;
    }

    /** Writes a line of fields. */
    public static void write(List<String> fields, OutputStream out) throws IOException {
        String line = fields.stream().collect(Collectors.joining(",", "", "\r\n"));
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }
}
