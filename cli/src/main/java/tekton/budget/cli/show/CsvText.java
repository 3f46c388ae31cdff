package tekton.budget.cli.show;

import tekton.budget.cli.call.JsonTree;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * CSV as RFC 4180 has it: lines end with CR LF. A text that a spreadsheet would run gets an
 * apostrophe before it, as in the API's own CSV. What is absent is empty.
 */
public final class CsvText {

    private static final String RUNS = "=+-@\t\r\n";

    private CsvText() {}

    /** The rows with a header line of the names of all their fields, in the order they appear. */
    public static String of(List<JsonTree> rows) {
        Set<String> names = new LinkedHashSet<>();
        rows.forEach(row -> names.addAll(row.fields().keySet()));
        if (names.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        header(names, out);
        rows.forEach(row -> row(names, row, out));
        return out.toString();
    }

    public static void header(Collection<String> names, StringBuilder out) {
        List<String> cells = new ArrayList<>();
        names.forEach(name -> cells.add(escaped(name)));
        out.append(String.join(",", cells)).append("\r\n");
    }

    /** Appends the fields of those names. */
    public static void row(Collection<String> names, JsonTree row, StringBuilder out) {
        List<String> cells = new ArrayList<>();
        for (String name : names) {
            JsonTree value = row.at(name);
            cells.add(escaped(value.isText() ? guarded(value.text()) : value.text()));
        }
        out.append(String.join(",", cells)).append("\r\n");
    }

    private static String guarded(String text) {
        return !text.isEmpty() && RUNS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String escaped(String text) {
        boolean plain = text.chars().noneMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
