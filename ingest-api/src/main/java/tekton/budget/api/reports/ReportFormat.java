package tekton.budget.api.reports;

import java.util.Arrays;
import java.util.Optional;

/** How a report is written. */
enum ReportFormat {
    JSON("application/json"),
    CSV("text/csv;charset=UTF-8;header=present");

    static final String EXPECTED = "json or csv";

    private final String contentType;

    ReportFormat(String contentType) {
        this.contentType = contentType;
    }

    /** The format of that name in any case. */
    static Optional<ReportFormat> parse(String text) {
        return Arrays.stream(values())
                .filter(format -> format.name().equalsIgnoreCase(text))
                .findFirst();
    }

    String contentType() {
        return contentType;
    }
}
