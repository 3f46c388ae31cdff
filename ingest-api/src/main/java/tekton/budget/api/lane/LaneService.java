package tekton.budget.api.lane;

import java.util.List;

/** Serves the plain requests of a few paths without ever waiting. */
public interface LaneService {

    /** The paths, as they are sent; only POST. */
    List<String> paths();

    /** The most bytes of a body; a longer one goes the other way. */
    int bodyBytesMax();

    /**
     * Begins to serve a request, or declines: then it is served by a servlet, as if nobody had
     * looked at it. Called by the event loop, so it must not wait.
     *
     * @param request valid until this returns
     * @param exchange to be completed, by any thread, if and only if this returns true
     */
    boolean serve(LaneRequest request, LaneExchange exchange);

    /** One request that is being served. */
    @FunctionalInterface
    interface LaneExchange {
        /**
         * Ends it, once.
         *
         * @param outcome makes the answer, later, on the event loop
         */
        void complete(LaneOutcome outcome);
    }

    /** What became of a request. */
    @FunctionalInterface
    interface LaneOutcome {
        /** Makes the answer; must not wait. */
        LaneAnswer answer();
    }
}
