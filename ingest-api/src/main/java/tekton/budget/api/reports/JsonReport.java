package tekton.budget.api.reports;

import tekton.budget.api.http.TotalsJson;
import tekton.budget.api.reports.ReportRows.Row;
import tekton.budget.codec.JsonBytes;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.BiConsumer;

/** Rows as JSON, written one after the other. */
final class JsonReport {

    private JsonReport() {}

    /** A report as one object. */
    static void write(ReportRequest request, ReportRows rows, OutputStream out) throws IOException {
        JsonBytes head = new JsonBytes(512).open('{').name("group_by").open('[');
        request.groupBy().forEach(by -> head.string(by.wireName()));
        request.window().properties(head.close(']'));
        head.property("total", rows.size()).name("items").open('[').writeTo(out);
        rows(
                rows,
                out,
                (json, row) -> {
                    fields(json, request.groupBy(), row.values());
                    TotalsJson.figures(json, row.totals());
                });
        out.write(']');
        out.write('}');
    }

    /** Usage by time as Tekton's command line reads it: an array. */
    static void writeAnalytics(ReportRows rows, OutputStream out) throws IOException {
        out.write('[');
        rows(
                rows,
                out,
                (json, row) ->
                        json.property("date", row.values().get(0))
                                .property("provider", row.values().get(1))
                                .property("model", row.values().get(2))
                                .property("component", row.values().get(3))
                                .property("request_count", row.totals().recordCount())
                                .property("input_tokens", row.totals().tokens().input())
                                .property("output_tokens", row.totals().tokens().output())
                                .property("total_tokens", row.totals().tokens().total())
                                .propertyRaw("total_cost", row.totals().cost().toString()));
        out.write(']');
    }

    private static void rows(ReportRows rows, OutputStream out, BiConsumer<JsonBytes, Row> write)
            throws IOException {
        boolean first = true;
        for (Row row : rows.inOrder()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            JsonBytes json = new JsonBytes(512).open('{');
            write.accept(json, row);
            json.close('}').writeTo(out);
        }
    }

    private static void fields(JsonBytes json, List<GroupBy> groupBy, List<String> values) {
        for (int i = 0; i < groupBy.size(); i++) {
            json.property(groupBy.get(i).wireName(), values.get(i));
        }
    }
}
