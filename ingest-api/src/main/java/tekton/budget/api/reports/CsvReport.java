package tekton.budget.api.reports;

import tekton.budget.api.reports.ReportRows.Row;
import tekton.budget.codec.Timestamps;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rows as CSV by RFC 4180, UTF-8, with a header line. A name that a spreadsheet would take for a
 * formula, because of its first character, gets an apostrophe before it: names come from whoever
 * reports usage.
 */
final class CsvReport {

    private static final List<String> FIGURES =
            List.of(
                    "input_tokens",
                    "output_tokens",
                    "total_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "reasoning_tokens",
                    "unpriced_tokens",
                    "estimated_tokens",
                    "total_cost",
                    "record_count",
                    "first_at",
                    "last_at");

    private static final Pattern FORMULA = Pattern.compile("[=+\\-@\t\r\n].*", Pattern.DOTALL);
    private static final Pattern TO_QUOTE = Pattern.compile("[\",\r\n]");

    private CsvReport() {}

    static void write(ReportRequest request, ReportRows rows, OutputStream out) throws IOException {
        List<String> names = request.groupBy().stream().map(GroupBy::wireName).toList();
        line(Stream.concat(names.stream(), FIGURES.stream()).toList(), out);
        for (Row row : rows.inOrder()) {
            List<String> fields = new ArrayList<>(names.size() + FIGURES.size());
            row.values().forEach(value -> fields.add(text(value)));
            figures(row.totals(), fields);
            line(fields, out);
        }
    }

    /** A name as a field. */
    static String text(String value) {
        String harmless = FORMULA.matcher(value).matches() ? "'" + value : value;
        return TO_QUOTE.matcher(harmless).find()
                ? '"' + harmless.replace("\"", "\"\"") + '"'
                : harmless;
    }

    private static void figures(Totals totals, List<String> fields) {
        TokenCounts tokens = totals.tokens();
        fields.add(Long.toString(tokens.input()));
        fields.add(Long.toString(tokens.output()));
        fields.add(Long.toString(tokens.total()));
        fields.add(Long.toString(tokens.cachedInput()));
        fields.add(Long.toString(tokens.cacheWrite()));
        fields.add(Long.toString(tokens.reasoning()));
        fields.add(Long.toString(totals.unpricedTokens()));
        fields.add(Long.toString(totals.estimatedTokens()));
        fields.add(totals.cost().toString());
        fields.add(Long.toString(totals.recordCount()));
        fields.add(totals.isEmpty() ? "" : Timestamps.format(totals.firstAtMs()));
        fields.add(totals.isEmpty() ? "" : Timestamps.format(totals.lastAtMs()));
    }

    private static void line(List<String> fields, OutputStream out) throws IOException {
        String line = fields.stream().collect(Collectors.joining(",", "", "\r\n"));
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }
}
