package tekton.budget.cli.feed;

import tekton.budget.cli.call.ApiClient;
import tekton.budget.cli.call.JsonTree;
import tekton.budget.cli.show.CsvText;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes counted records page by page, the newest first. */
public final class RecordExport {

    private static final List<String> COLUMNS =
            List.of(
                    "record_id",
                    "timestamp",
                    "budget_id",
                    "context_id",
                    "component",
                    "provider",
                    "model",
                    "tier",
                    "task_type",
                    "user_id",
                    "allocation_id",
                    "request_id",
                    "operation_id",
                    "input_tokens",
                    "output_tokens",
                    "total_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "reasoning_tokens",
                    "service_tier",
                    "input_cost",
                    "output_cost",
                    "request_cost",
                    "total_cost",
                    "pricing_version",
                    "unpriced",
                    "rated_as",
                    "estimated",
                    "metadata");

    private static final String PAGE = "100";

    private final ApiClient client;

    public RecordExport(ApiClient client) {
        this.client = client;
    }

    /**
     * Writes what the filter leaves, as CSV or as JSON lines.
     *
     * @return how many records there were
     */
    public long write(Map<String, String> filter, boolean csv, OutputStream out)
            throws IOException {
        Map<String, String> query = new LinkedHashMap<>(filter);
        query.put("limit", PAGE);
        StringBuilder text = new StringBuilder();
        if (csv) {
            CsvText.header(COLUMNS, text);
        }
        long records = 0;
        String cursor;
        do {
            JsonTree page =
                    client.get(ApiClient.withQuery("/api/usage/records", query)).orFail().json();
            for (JsonTree record : page.at("items").items()) {
                if (csv) {
                    CsvText.row(COLUMNS, record, text);
                } else {
                    record.append(text);
                    text.append('\n');
                }
                records++;
            }
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            text.setLength(0);
            cursor = page.at("next").text();
            query.put("cursor", cursor);
        } while (!cursor.isEmpty());
        return records;
    }
}
