package tekton.budget.cli.show;

import tekton.budget.cli.call.JsonTree;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows as aligned text, or one object as lines of name and value. */
public final class TextTable {

    private static final String GAP = "  ";
    private static final int NARROWEST = 12;

    private TextTable() {}

    /**
     * A line of titles, and one for each row.
     *
     * @param width how many characters a line may have; 0 for any number. The widest columns of
     *     text are cut, with … at their end, until lines fit or nothing more can be cut
     */
    public static String rows(
            List<CliColumn> columns, List<JsonTree> rows, ZoneId zone, int width) {
        List<String[]> cells = new ArrayList<>();
        cells.add(columns.stream().map(CliColumn::title).toArray(String[]::new));
        for (JsonTree row : rows) {
            cells.add(
                    columns.stream().map(column -> column.show(row, zone)).toArray(String[]::new));
        }
        int[] widths = new int[columns.size()];
        for (String[] line : cells) {
            for (int i = 0; i < line.length; i++) {
                widths[i] = Math.max(widths[i], length(line[i]));
            }
        }
        fit(columns, widths, width);
        StringBuilder out = new StringBuilder();
        for (String[] line : cells) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < line.length; i++) {
                pad(text, line[i], widths[i], columns.get(i).kind().right());
                text.append(GAP);
            }
            out.append(text.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private static void fit(List<CliColumn> columns, int[] widths, int width) {
        int over = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - width;
        while (width > 0 && over > 0) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                if (!columns.get(i).kind().right()
                        && widths[i] > NARROWEST
                        && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
            over--;
        }
    }

    private static void pad(StringBuilder out, String cell, int width, boolean right) {
        int length = length(cell);
        if (length > width) {
            int end = cell.offsetByCodePoints(0, width - 1);
            out.append(cell, 0, end).append('…');
        } else if (right) {
            out.append(" ".repeat(width - length)).append(cell);
        } else {
            out.append(cell).append(" ".repeat(width - length));
        }
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** One line for each column that has a value. */
    public static String object(List<CliColumn> columns, JsonTree object, ZoneId zone) {
        int width = columns.stream().mapToInt(column -> length(column.title())).max().orElse(0);
        StringBuilder out = new StringBuilder();
        for (CliColumn column : columns) {
            String value = column.show(object, zone);
            if (!value.isEmpty()) {
                pad(out, column.title(), width, false);
                out.append(GAP).append(value).append('\n');
            }
        }
        return out.toString();
    }
}
