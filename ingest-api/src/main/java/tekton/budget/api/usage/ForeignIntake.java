package tekton.budget.api.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.Adapted;
import tekton.budget.adapter.Attribution;
import tekton.budget.adapter.ForeignCall;

import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Calls of foreign formats, judged by the rules and prices of every record, whichever way they
 * came. Any thread.
 */
public final class ForeignIntake {

    /** The most bytes of one body, decompressed. */
    public static final int BODY_BYTES_MAX = 16 * 1024 * 1024;

    private static final String HEADER = "X-Budget-";

    private final UsageIntake intake;
    private final ForeignMeter meter;

    /**
     * An intake.
     *
     * @param meter hears what is ignored and what was cut to fit
     */
    public ForeignIntake(UsageIntake intake, ForeignMeter meter) {
        this.intake = intake;
        this.meter = meter;
    }

    /** A call and what became of it. Its position is the call's in its body. */
    public record JudgedCall(int position, Judgement judgement) {}

    /**
     * Whom calls belong to by the headers of what brings them, {@code X-Budget-…}.
     *
     * @param headers the value of a header by its name; null where there is none
     * @param onlyBudget the budget where no header names one; null where nobody says
     */
    public static Attribution attribution(
            Function<String, @Nullable String> headers, @Nullable String onlyBudget) {
        String budget = header(headers, "Id");
        return new Attribution(
                header(headers, "Context"),
                header(headers, "Component"),
                budget == null ? onlyBudget : budget,
                header(headers, "User"),
                header(headers, "Task-Type"),
                header(headers, "Allocation"));
    }

    private static @Nullable String header(
            Function<String, @Nullable String> headers, String name) {
        String value = headers.apply(HEADER + name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Counts what a body holds beside records. */
    void count(Way way, Adapted adapted) {
        meter.ignored(way, adapted.ignored());
        meter.clamped(way, clamped(adapted));
    }

    /** How many calls of a body have tokens that were cut to fit. */
    public static long clamped(Adapted adapted) {
        return adapted.calls().stream().filter(ForeignCall::isClamped).count();
    }

    /**
     * Judges the calls of a body, in its order: each when it is asked for, because one whose
     * context nobody can say now takes seconds.
     *
     * @param receivedMs when the body was received, epoch milliseconds: the time of calls that say
     *     none
     * @param key names a call that has no id of its own, with its position behind it if there are
     *     more; null where nothing does
     * @param onlyBudget the budget that they have to be of; null for any
     */
    public Stream<JudgedCall> judge(
            Adapted adapted, long receivedMs, @Nullable String key, @Nullable String onlyBudget) {
        boolean single = adapted.calls().size() == 1;
        return adapted.calls().stream()
                .map(
                        call -> {
                            String own = key == null || single ? key : key + '#' + call.position();
                            return new JudgedCall(
                                    call.position(),
                                    intake.judge(call, own, onlyBudget, receivedMs));
                        });
    }
}
