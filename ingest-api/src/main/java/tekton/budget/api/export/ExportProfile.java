package tekton.budget.api.export;

import java.util.List;

/** Which columns an export has. */
enum ExportProfile {
    /**
     * FOCUS 1.2 (github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec, v1.2). Vantage reads it as
     * it is.
     */
    FOCUS_1_2("focus-1.2"),

    /** FOCUS 1.3. */
    FOCUS_1_3("focus-1.3"),

    /** CloudZero's Common Bill Format (docs.cloudzero.com, anycost-common-bill-format-cbf). */
    CLOUDZERO("cloudzero");

    private final String fileName;

    ExportProfile(String fileName) {
        this.fileName = fileName;
    }

    /** How the name of a file of it begins. */
    String fileName() {
        return fileName;
    }

    /** Its columns, in the order of the file. */
    List<ExportColumn> columns() {
        return switch (this) {
            case FOCUS_1_2 -> ExportColumns.FOCUS_1_2;
            case FOCUS_1_3 -> ExportColumns.FOCUS_1_3;
            case CLOUDZERO -> ExportColumns.COMMON_BILL_FORMAT;
        };
    }
}
