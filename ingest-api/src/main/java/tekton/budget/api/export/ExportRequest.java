package tekton.budget.api.export;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.ProblemException;
import tekton.budget.api.totals.Query;
import tekton.budget.api.totals.TimeWindow;
import tekton.budget.api.totals.Times;
import tekton.budget.metering.query.Dimension;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What an export is asked for.
 *
 * @param profile the columns
 * @param format how they are written
 * @param window of time, on full hours of UTC
 * @param budgetId one budget, or null for all
 */
record ExportRequest(
        ExportProfile profile, ExportFormat format, TimeWindow window, @Nullable String budgetId) {

    private static final String VERSIONS = "1.2 or 1.3";
    private static final String PROFILES = "focus or cloudzero";

    /**
     * The export that a query asks for; without times that of the present UTC month.
     *
     * @param local the zone of times without an offset
     * @throws ProblemException 422 or 400 if there is no such export
     */
    static ExportRequest of(Query query, Instant now, ZoneId local) {
        ExportFormat format = query.oneOf("format", ExportFormat::parse, ExportFormat.EXPECTED);
        ExportProfile profile = profile(query);
        String zone = query.text("zone");
        if (zone != null) {
            throw Query.invalid("query", "zone", zone, "absent: charge periods are hours of UTC");
        }
        TimeWindow asked = Times.window(query, Dimension.BUDGET, now, local);
        return new ExportRequest(
                profile,
                format == null ? ExportFormat.CSV : format,
                asked == null ? month(now) : asked,
                query.id("budget_id"));
    }

    /** The first and the last day of what is in it. */
    String fileName() {
        return "%s-%s-%s.%s"
                .formatted(
                        profile.fileName(),
                        window.from().toLocalDate(),
                        window.to().minusNanos(1).toLocalDate(),
                        format.extension());
    }

    private static ExportProfile profile(Query query) {
        ExportProfile focus = query.oneOf("version", ExportRequest::version, VERSIONS);
        Boolean cloudZero = query.oneOf("profile", ExportRequest::isCloudZero, PROFILES);
        if (Boolean.TRUE.equals(cloudZero)) {
            String version = query.text("version");
            if (version != null) {
                throw Query.invalid("query", "version", version, "absent, as profile is cloudzero");
            }
            return ExportProfile.CLOUDZERO;
        }
        return focus == null ? ExportProfile.FOCUS_1_2 : focus;
    }

    private static Optional<ExportProfile> version(String text) {
        return switch (text) {
            case "1.2" -> Optional.of(ExportProfile.FOCUS_1_2);
            case "1.3" -> Optional.of(ExportProfile.FOCUS_1_3);
            default -> Optional.empty();
        };
    }

    private static Optional<Boolean> isCloudZero(String text) {
        return switch (text) {
            case "cloudzero" -> Optional.of(true);
            case "focus" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static TimeWindow month(Instant now) {
        ZonedDateTime first =
                now.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
        return new TimeWindow(first, first.plusMonths(1));
    }
}
