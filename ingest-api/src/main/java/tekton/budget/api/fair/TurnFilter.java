package tekton.budget.api.fair;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.api.access.Caller;
import tekton.budget.api.fair.CallerTurns.TurnOutcome;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemResponse;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.route.CostClass;
import tekton.budget.api.route.RouteTable;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets only so many requests of each {@link CostClass} be at work at once, and fewer of one caller.
 * The others wait a moment, then they are told to come again. Behind the door, which knows the
 * caller, and before everything that works. Any thread.
 */
public final class TurnFilter implements Filter {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Map<CostClass, ClassTurns> classes = new EnumMap<>(CostClass.class);

    private record ClassTurns(CallerTurns turns, LongAdder ofCallers, LongAdder full) {}

    private final int waitMsMax;

    /** The bounds of the classes. */
    public TurnFilter() {
        this(Integer.MAX_VALUE);
    }

    /**
     * The same.
     *
     * @param waitMsMax how long a request waits at most, whatever its class says
     */
    TurnFilter(int waitMsMax) {
        this.waitMsMax = waitMsMax;
        for (CostClass cost : CostClass.values()) {
            if (cost.all() > 0) {
                classes.put(
                        cost,
                        new ClassTurns(
                                new CallerTurns(cost.all(), cost.each(), cost.waiting()),
                                new LongAdder(),
                                new LongAdder()));
            }
        }
    }

    @Override
    public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) in;
        CostClass cost =
                RouteTable.costOf(request.getMethod(), request.getRequestURI(), served(request));
        ClassTurns of = classes.get(cost);
        if (of == null) {
            chain.doFilter(in, out);
            return;
        }
        String caller = Caller.idOf(request);
        try {
            take(of, cost, caller);
        } catch (ProblemException turnedAway) {
            ProblemResponse.write((HttpServletResponse) out, turnedAway.problem());
            return;
        }
        try {
            chain.doFilter(in, out);
        } finally {
            of.turns().back(caller);
        }
    }

    private static String served(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return rest == null ? request.getServletPath() : request.getServletPath() + rest;
    }

    private void take(ClassTurns of, CostClass cost, String caller) {
        TurnOutcome outcome;
        try {
            outcome =
                    of.turns()
                            .take(
                                    caller,
                                    TimeUnit.MILLISECONDS.toNanos(
                                            Math.min(cost.waitMs(), waitMsMax)));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ProblemException(
                    Problem.retryLater(
                            ProblemType.SERVICE_UNAVAILABLE, "Budget is stopping", RETRY_AFTER));
        }
        switch (outcome) {
            case TAKEN -> {
                // The request goes on.
            }
            case OWN_SHARE_TAKEN -> {
                of.ofCallers().increment();
                throw new ProblemException(
                        Problem.retryLater(
                                ProblemType.TOO_MANY_REQUESTS,
                                "too many requests of this caller are at work or wait (class %s,"
                                                .formatted(cost.wireName())
                                        + " expected: at most %d at once)".formatted(cost.each()),
                                RETRY_AFTER));
            }
            case ALL_TAKEN -> {
                of.full().increment();
                throw new ProblemException(
                        Problem.retryLater(
                                ProblemType.SERVICE_UNAVAILABLE,
                                "too many requests of all callers are at work (class %s,"
                                                .formatted(cost.wireName())
                                        + " expected: at most %d at once)".formatted(cost.all()),
                                RETRY_AFTER));
            }
        }
    }

    /** How many requests of a class are at work. */
    public int atWork(CostClass cost) {
        ClassTurns of = classes.get(cost);
        return of == null ? 0 : of.turns().taken();
    }

    /** How many of a caller's wait because the caller has its share; a glimpse. */
    int waiting(CostClass cost, String address) {
        ClassTurns of = classes.get(cost);
        return of == null ? 0 : of.turns().waiting(Caller.ofAddress(address));
    }

    /** How many were turned away because their caller had its share. */
    public long turnedAway(CostClass cost) {
        ClassTurns of = classes.get(cost);
        return of == null ? 0 : of.ofCallers().sum();
    }

    /** How many were turned away because others had all turns. */
    public long turnedAwayFull(CostClass cost) {
        ClassTurns of = classes.get(cost);
        return of == null ? 0 : of.full().sum();
    }
}
