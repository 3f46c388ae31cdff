package tekton.budget.api.export;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.CsvLine;
import tekton.budget.codec.JsonBytes;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How an export is written: one line for each charge. */
enum ExportFormat {
    /** With a header line; an absent value is an empty field. */
    CSV("text/csv;charset=UTF-8;header=present", "csv"),

    /** One JSON object a line; an absent value is null. */
    JSONL("application/x-ndjson", "jsonl");

    static final String EXPECTED = "csv or jsonl";

    private final String contentType;
    private final String extension;

    ExportFormat(String contentType, String extension) {
        this.contentType = contentType;
        this.extension = extension;
    }

    /** The format of that name in any case. */
    static Optional<ExportFormat> parse(String text) {
        for (ExportFormat format : values()) {
            if (format.name().equalsIgnoreCase(text)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    String contentType() {
        return contentType;
    }

    String extension() {
        return extension;
    }

    /** Writes what stands before the charges. */
    void begin(List<ExportColumn> columns, OutputStream out) throws IOException {
        if (this == CSV) {
            CsvLine.write(columns.stream().map(ExportColumn::name).toList(), out);
        }
    }

    /** Writes a charge. */
    void write(ExportedCharge charge, List<ExportColumn> columns, OutputStream out)
            throws IOException {
        switch (this) {
            case CSV -> {
                List<String> fields = new ArrayList<>(columns.size());
                columns.forEach(column -> fields.add(field(column, column.value().of(charge))));
                CsvLine.write(fields, out);
            }
            case JSONL -> {
                JsonBytes json = new JsonBytes(2_048).open('{');
                columns.forEach(column -> property(json, column, column.value().of(charge)));
                json.close('}').writeTo(out);
                out.write('\n');
            }
        }
    }

    private static String field(ExportColumn column, @Nullable String value) {
        if (value == null) {
            return "";
        }
        return column.kind() == ExportColumn.ColumnKind.PLAIN ? value : CsvLine.text(value);
    }

    private static void property(JsonBytes json, ExportColumn column, @Nullable String value) {
        if (value == null || column.kind() == ExportColumn.ColumnKind.TEXT) {
            json.property(column.name(), value);
        } else {
            json.propertyRaw(column.name(), value);
        }
    }
}
