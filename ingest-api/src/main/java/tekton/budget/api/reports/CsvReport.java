package tekton.budget.api.reports;

import tekton.budget.api.http.CsvLine;
import tekton.budget.api.reports.ReportRows.Row;
import tekton.budget.codec.Timestamps;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rows as CSV with a header line. */
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

    private CsvReport() {}

    static void write(ReportRequest request, ReportRows rows, OutputStream out) throws IOException {
        List<String> names = request.groupBy().stream().map(GroupBy::wireName).toList();
        CsvLine.write(Stream.concat(names.stream(), FIGURES.stream()).toList(), out);
        for (Row row : rows.inOrder()) {
            List<String> fields = new ArrayList<>(names.size() + FIGURES.size());
            row.values().forEach(value -> fields.add(CsvLine.text(value)));
            figures(row.totals(), fields);
            CsvLine.write(fields, out);
        }
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
}
