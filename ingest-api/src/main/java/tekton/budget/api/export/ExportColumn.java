package tekton.budget.api.export;

import org.jspecify.annotations.Nullable;

/**
 * A column of an export.
 *
 * @param name its name there
 * @param kind how its values are written
 * @param value what a charge has in it
 */
record ExportColumn(String name, ColumnKind kind, ChargeValue value) {

    /** How values are written. */
    enum ColumnKind {
        /** A text: a time, or a name that somebody chose. */
        TEXT,
        /** JSON as it is: a plain decimal number, true or false. */
        PLAIN,
        /** A JSON object; a text in CSV. */
        OBJECT
    }

    /** What a charge has in a column. */
    @FunctionalInterface
    interface ChargeValue {

        /** The value, or null for none. */
        @Nullable String of(ExportedCharge charge);
    }

    static ExportColumn text(String name, ChargeValue value) {
        return new ExportColumn(name, ColumnKind.TEXT, value);
    }

    static ExportColumn plain(String name, ChargeValue value) {
        return new ExportColumn(name, ColumnKind.PLAIN, value);
    }

    static ExportColumn object(String name, ChargeValue value) {
        return new ExportColumn(name, ColumnKind.OBJECT, value);
    }

    /** A column that has the same value everywhere. */
    static ExportColumn fixed(String name, String value) {
        return text(name, _ -> value);
    }

    /** A column that has to be there and never has a value here. */
    static ExportColumn empty(String name) {
        return text(name, _ -> null);
    }
}
