package tekton.budget.api.usage;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Attribution;

import java.util.Locale;

/**
 * A request in a foreign format, read.
 *
 * @param http for its headers
 * @param body decompressed
 * @param attribution whom its calls belong to unless they say it themselves
 * @param nowMs the time, epoch milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record ForeignRequest(HttpServletRequest http, byte[] body, Attribution attribution, long nowMs) {

    /**
     * A request with what its headers say.
     *
     * @param onlyBudget the budget of its key; null for a key of any
     */
    static ForeignRequest of(
            HttpServletRequest http, byte[] body, @Nullable String onlyBudget, long nowMs) {
        return new ForeignRequest(
                http, body, ForeignIntake.attribution(http::getHeader, onlyBudget), nowMs);
    }

    /** Its media type in lower case, without parameters; empty where it has none. */
    String media() {
        String type = http.getContentType();
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
